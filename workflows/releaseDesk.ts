import { type CancellationScope, type ChildWorkflowHandle, proxyActivities } from '@temporalio/workflow';
import type { PipelineActivities } from '../activities/activities.ts';
import {
  type ApprovalInput,
  checkNotPaused,
  newerOf,
  type PauseInput,
  type PersonInput,
  type ReleaseState,
  type RolloutRequest,
  type SubmitInput,
  type WaitingCandidate,
} from '../core/releaseMessages.ts';
import type { TrafficInput } from '../core/trafficInput.ts';
import { brief } from './activityOptions.ts';
import { checkedInput, failureOf } from './refuse.ts';
import type { rollout } from './rollout.ts';
import { pauseRollout, resumeRollout } from './rolloutSignals.ts';
import type { Story } from './story.ts';

/** What the messages to a release change, and its loop acts upon. */
export interface ReleaseDesk {
  readonly now: { -readonly [Field in keyof ReleaseState]: ReleaseState[Field] };
  readonly story: Story;
  /** The rollout under way, and the scope in which it is started and runs; null where none is. */
  scope: CancellationScope | null;
  rollout: ChildWorkflowHandle<typeof rollout> | null;
  /** Who stops what is under way, and why. */
  stopping: Required<PauseInput> | null;
}

const { approve, knownVersion, makeReference, orderedVersion, register, reject, setPaused, shareTraffic } =
  proxyActivities<PipelineActivities>(brief);

const nobody = { who: 'a person', why: 'no reason given' };

/** A desk with what an earlier history left on it. */
export function openDesk(
  pipeline: string,
  left: Partial<Omit<ReleaseState, 'pipeline' | 'underway'>> | undefined,
  story: Story,
): ReleaseDesk {
  const empty = { ordered: null, waiting: null, paused: null, last: null };
  return { now: { pipeline, underway: null, ...empty, ...left }, story, scope: null, rollout: null, stopping: null };
}

/** A run's candidate: it waits for its turn, or the ledger tells why not. */
export async function takeCandidate(desk: ReleaseDesk, { candidate }: SubmitInput): Promise<number> {
  const { now, story } = desk;
  const { version, hindrance, isChampion, missing } = await register({ pipeline: now.pipeline, candidate });
  if (isChampion) story.done(`version ${version} answers already`);
  else if (now.underway?.version === version) story.done(`version ${version} is being rolled out already`);
  else if (hindrance !== null) await rejectVersion(desk, version, `run ${candidate.run}`, hindrance);
  else if (candidate.refresh !== undefined) await queueRefresh(desk, { version, candidate });
  else await queue(desk, { version, candidate, missing });
  return version;
}

/** A person's approval, in the ledger; what the candidate that waits still lacks may be nothing now. */
export async function takeApproval({ now, story }: ReleaseDesk, input: ApprovalInput): Promise<number> {
  const { version, who, role, why } = input;
  const { missing } = await approve({ pipeline: now.pipeline, ...input, at: new Date().toISOString() });
  if (now.waiting?.version === version) now.waiting = { ...now.waiting, missing };
  story.done(`version ${version} approved as ${role} by ${who}: ${why}`);
  return version;
}

/** A person's word on who answers; it replaces the word that waits. A rollback stops what is under way. */
export async function takeOrder(
  desk: ReleaseDesk,
  event: RolloutRequest['event'],
  { version, who = nobody.who, why = nobody.why }: PersonInput,
): Promise<number> {
  const { now, story } = desk;
  const { pipeline, underway } = now;
  checkedInput(() => checkNotPaused(event, now.paused));
  const goesBack = event === 'rolled back';
  const isStoppable = goesBack && version === undefined && underway?.event === 'promoted' && underway.refresh !== true;
  const stops = isStoppable ? underway.version : null;
  const at = new Date().toISOString();
  const wanted = await orderedVersion({ pipeline, version: version ?? null, event, at, stops });
  if (wanted === stops) {
    stopRollout(desk, { who, why });
    return wanted;
  }
  if (now.ordered !== null) story.done(`version ${now.ordered.version}, ordered by ${now.ordered.who}, gives way`);
  now.ordered = { pipeline, version: wanted, event, who, why };
  if (goesBack) stopRollout(desk, { who, why });
  return wanted;
}

/** A person's word that a version is not to answer. */
export async function takeRejection(desk: ReleaseDesk, input: PersonInput): Promise<number> {
  const { version = 0, who = nobody.who, why = nobody.why } = input;
  const { now } = desk;
  const known = await knownVersion({ pipeline: now.pipeline, version });
  if (now.ordered?.version === known) now.ordered = null;
  await rejectVersion(desk, known, who, why);
  if (now.underway?.version === known) stopRollout(desk, { who, why });
  return known;
}

/** A person's word that the gate's anchor is another version from now on. */
export async function takeReference({ now, story }: ReleaseDesk, input: PersonInput): Promise<number> {
  const { version = 0, who = nobody.who, why = nobody.why } = input;
  const known = await knownVersion({ pipeline: now.pipeline, version });
  await makeReference({ pipeline: now.pipeline, version: known, who, why, at: new Date().toISOString() });
  story.done(`version ${known} made reference by ${who}: ${why}`);
  return known;
}

/** A person's word on how requests are shared from now on. The variants of a rollout under way stay beside it. */
export async function takeTraffic({ now, story }: ReleaseDesk, input: TrafficInput): Promise<null> {
  const { traffic, who = nobody.who, why = nobody.why } = input;
  const { pipeline, underway } = now;
  const at = new Date().toISOString();
  const told = await shareTraffic({ pipeline, traffic, keepsRollout: underway !== null, who, why, at });
  story.done(`${told} by ${who}: ${why}`);
  return null;
}

/** A person's word on the whole pipeline, in the ledger. The rollout under way hears of it. */
export async function takePause(
  desk: ReleaseDesk,
  kind: 'paused' | 'resumed',
  { who = nobody.who, why = nobody.why }: PauseInput,
): Promise<null> {
  const { now, story } = desk;
  const at = new Date().toISOString();
  await setPaused({ pipeline: now.pipeline, kind, who, why, at });
  if (kind === 'resumed') now.paused = null;
  else now.paused ??= { who, why, at };
  story.done(`${kind} by ${who}: ${why}`);
  await tellRollout(desk);
  return null;
}

/** Lets the rollout under way know whether the release is paused. One that goes back holds for nothing. */
export async function tellRollout({ now, rollout }: ReleaseDesk): Promise<void> {
  if (rollout === null || now.underway?.event !== 'promoted') return;
  const signal = now.paused === null ? resumeRollout : pauseRollout;
  // One that ends in this very moment has nothing to hold any more.
  await rollout.signal(signal).catch((error: unknown) => void failureOf(error));
}

/** Writes the rejection to the ledger; a version that waits does not wait any more. */
export async function rejectVersion(
  { now, story }: ReleaseDesk,
  version: number,
  who: string,
  why: string,
): Promise<void> {
  if (now.waiting?.version === version) now.waiting = null;
  if (now.refresh?.version === version) now.refresh = undefined;
  await reject({ pipeline: now.pipeline, version, who, why, at: new Date().toISOString() });
  story.done(`version ${version} rejected: ${why}`);
}

/** What is under way ends by itself as soon as it can, and its turn tells the ledger who stopped it. */
function stopRollout(desk: ReleaseDesk, word: Required<PauseInput>): void {
  if (desk.now.underway === null) return;
  desk.stopping ??= word;
  desk.scope?.cancel();
}

/** One candidate waits. Each that does not is rejected in the ledger, so that whoever awaits its fate learns of it. */
async function queue(desk: ReleaseDesk, newcomer: WaitingCandidate): Promise<void> {
  const { waiting, displaced } = newerOf(desk.now.waiting, newcomer);
  desk.now.waiting = waiting;
  if (displaced === null) return;
  const why = `version ${waiting.version}, as of ${waiting.candidate.asOf}, takes its place`;
  await rejectVersion(desk, displaced.version, `run ${displaced.candidate.run}`, why);
}

/** One refresh waits, beside the candidate: of two the one with the newer tables. */
async function queueRefresh(desk: ReleaseDesk, newcomer: WaitingCandidate): Promise<void> {
  const { waiting, displaced } = newerOf(desk.now.refresh ?? null, newcomer);
  desk.now.refresh = waiting;
  if (displaced === null) return;
  const why = `version ${waiting.version}, with tables of ${waiting.candidate.asOf}, takes its place`;
  await rejectVersion(desk, displaced.version, `run ${displaced.candidate.run}`, why);
}
