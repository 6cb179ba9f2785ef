import { proxyActivities } from '@temporalio/workflow';
import type { PipelineActivities } from '../activities/activities.ts';
import {
  checkNotUnderway,
  newerOf,
  type PersonInput,
  type ReleaseState,
  type RolloutRequest,
  type SubmitInput,
} from '../core/releaseMessages.ts';
import { brief } from './activityOptions.ts';
import { checkedInput } from './refuse.ts';
import type { Story } from './story.ts';

/** What the messages to a release change, and its loop acts upon. */
export interface ReleaseDesk {
  readonly now: { -readonly [Field in keyof ReleaseState]: ReleaseState[Field] };
  readonly story: Story;
}

const { makeReference, register, reject, versionToRelease } = proxyActivities<PipelineActivities>(brief);

/** A run's candidate: it waits for its turn, or the ledger tells why not. */
export async function takeCandidate(desk: ReleaseDesk, { candidate }: SubmitInput): Promise<number> {
  const { now, story } = desk;
  const { version, hindrance, isChampion } = await register({ pipeline: now.pipeline, candidate });
  if (isChampion) story.done(`version ${version} answers already`);
  else if (now.underway?.version === version) story.done(`version ${version} is being rolled out already`);
  else if (hindrance !== null) await rejectVersion(desk, version, `run ${candidate.run}`, hindrance);
  else await queue(desk, version, candidate);
  return version;
}

/** A person's word on who answers; it replaces the word that waits. */
export async function takeOrder(
  { now, story }: ReleaseDesk,
  event: RolloutRequest['event'],
  { version, who = 'a person', why = 'no reason given' }: PersonInput,
): Promise<number> {
  const { pipeline } = now;
  const wanted = await versionToRelease({ pipeline, version: version ?? null });
  if (now.ordered !== null) story.done(`version ${now.ordered.version}, ordered by ${now.ordered.who}, gives way`);
  now.ordered = { pipeline, version: wanted, event, who, why };
  return wanted;
}

/** A person's word that a version is not to answer. */
export async function takeRejection(desk: ReleaseDesk, input: PersonInput): Promise<number> {
  const { version, who = 'a person', why = 'no reason given' } = input;
  const { now } = desk;
  const wanted = await versionToRelease({ pipeline: now.pipeline, version: version ?? null });
  checkedInput(() => checkNotUnderway(wanted, now.underway));
  if (now.ordered?.version === wanted) now.ordered = null;
  await rejectVersion(desk, wanted, who, why);
  return wanted;
}

/** A person's word that the gate's anchor is another version from now on. */
export async function takeReference({ now, story }: ReleaseDesk, input: PersonInput): Promise<number> {
  const { version, who = 'a person', why = 'no reason given' } = input;
  const wanted = await versionToRelease({ pipeline: now.pipeline, version: version ?? null });
  await makeReference({ pipeline: now.pipeline, version: wanted, who, why, at: new Date().toISOString() });
  story.done(`version ${wanted} made reference by ${who}: ${why}`);
  return wanted;
}

/** Writes the rejection to the ledger; a version that waits does not wait any more. */
export async function rejectVersion(
  { now, story }: ReleaseDesk,
  version: number,
  who: string,
  why: string,
): Promise<void> {
  if (now.waiting?.version === version) now.waiting = null;
  await reject({ pipeline: now.pipeline, version, who, why, at: new Date().toISOString() });
  story.done(`version ${version} rejected: ${why}`);
}

/** One candidate waits. Each that does not is rejected in the ledger, so that whoever awaits its fate learns of it. */
async function queue(desk: ReleaseDesk, version: number, candidate: SubmitInput['candidate']): Promise<void> {
  const { waiting, displaced } = newerOf(desk.now.waiting, { version, candidate });
  desk.now.waiting = waiting;
  if (displaced === null) return;
  const why = `version ${waiting.version}, as of ${waiting.candidate.asOf}, takes its place`;
  await rejectVersion(desk, displaced.version, `run ${displaced.candidate.run}`, why);
}
