import { CancellationScope, proxyActivities, startChild } from '@temporalio/workflow';
import type { PipelineActivities } from '../activities/activities.ts';
import {
  nextTurn,
  type PauseInput,
  type RolloutRequest,
  type RolloutResult,
  type WaitingCandidate,
} from '../core/releaseMessages.ts';
import { refreshText } from '../core/weightsVersion.ts';
import { brief } from './activityOptions.ts';
import { failureOf, isCancelled } from './refuse.ts';
import { type ReleaseDesk, rejectVersion, takeOrder, tellRollout } from './releaseDesk.ts';
import { rollout } from './rollout.ts';

const { register, abandon } = proxyActivities<PipelineActivities>(brief);

/** Rolls out what comes next: a person's word, else the candidate that waits. Whatever fails is told, and ends here. */
export async function takeTurn(desk: ReleaseDesk): Promise<void> {
  const { now } = desk;
  const turn = nextTurn(now);
  if (turn === null) return;
  const candidate = 'candidate' in turn ? turn.candidate : null;
  const request = 'ordered' in turn ? turn.ordered : promotionOf(now.pipeline, turn.candidate);
  if (candidate === null) now.ordered = null;
  else if (candidate.candidate.refresh === undefined) now.waiting = null;
  else now.refresh = undefined;
  now.underway = request;
  const result = await ended(desk, request, candidate);
  const { stopping } = desk;
  desk.stopping = null;
  Object.assign(now, { underway: null, last: result === null ? now.last : { ...request, ...result } });
  if (stopping !== null && result?.outcome === 'live') await takeBack(desk, request, stopping);
}

function promotionOf(pipeline: string, { version, candidate }: WaitingCandidate): RolloutRequest {
  const { refresh, asOf } = candidate;
  const request = { pipeline, version, event: 'promoted', who: `run ${candidate.run}` } as const;
  // The weights went through the steps before: that the package does what it should its golden rows prove.
  if (refresh !== undefined) return { ...request, why: refreshText(refresh, asOf), refresh: true };
  return { ...request, why: 'the gate passed', bySteps: true };
}

/** Null where the candidate was not rolled out after all. */
async function ended(
  desk: ReleaseDesk,
  request: RolloutRequest,
  candidate: WaitingCandidate | null,
): Promise<RolloutResult | null> {
  try {
    if (candidate !== null && !(await mayGo(desk, candidate))) return null;
    if (desk.stopping !== null) return await abandoned(desk, request, 'before it began');
    desk.story.doing(`rolling out version ${request.version}`);
    const result = await rolledOut(desk, request);
    desk.story.done(`version ${request.version} ${request.event}: ${result.outcome}, ${result.why}`);
    return result;
  } catch (error) {
    if (isCancelled()) throw error;
    return abandoned(desk, request, failureOf(error).message);
  }
}

/** While a candidate waited, a newer one may have become champion, and approvals may have expired. */
async function mayGo(desk: ReleaseDesk, held: WaitingCandidate): Promise<boolean> {
  const { version, candidate } = held;
  const { hindrance, isChampion, missing } = await register({ pipeline: desk.now.pipeline, candidate });
  if (isChampion) desk.story.done(`version ${version} answers already`);
  else if (hindrance !== null) await rejectVersion(desk, version, `run ${candidate.run}`, hindrance);
  // A newer one that came meanwhile waits in its place.
  else if (missing.length > 0) desk.now.waiting ??= { ...held, missing };
  return hindrance === null && missing.length === 0;
}

/** In a scope of its own, so that a person's word can end it. */
function rolledOut(desk: ReleaseDesk, request: RolloutRequest): Promise<RolloutResult> {
  const scope = new CancellationScope();
  desk.scope = scope;
  const running = scope.run(async () => {
    desk.rollout = await startChild(rollout, {
      workflowId: `rollout/${request.pipeline}/v${request.version}`,
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      staticSummary: `Version ${request.version} of ${request.pipeline}`,
      args: [request],
    });
    // A pause may have come while it was being started.
    if (desk.now.paused !== null) await tellRollout(desk);
    return desk.rollout.result();
  });
  return running.finally(() => Object.assign(desk, { scope: null, rollout: null }));
}

/** The ledger is told; where that fails too, the story alone tells it, and the release goes on with the next. */
async function abandoned(
  { story, stopping }: ReleaseDesk,
  request: RolloutRequest,
  how: string,
): Promise<RolloutResult> {
  const why = stopping === null ? `the rollout ended: ${how}` : `stopped: ${stopping.why}`;
  const { pipeline, version } = request;
  const who = stopping?.who ?? request.who;
  story.done(`version ${version} ${request.event}: failed, ${why}`);
  await abandon({ pipeline, version, who, why, at: new Date().toISOString() }).catch((error: unknown) =>
    story.done(`the ledger does not tell of it: ${failureOf(error).message}`),
  );
  return { outcome: 'failed', why };
}

/** The word that stops a rollout may come when its version answers already: then it is taken back. */
async function takeBack(
  desk: ReleaseDesk,
  { version, event }: RolloutRequest,
  word: Required<PauseInput>,
): Promise<void> {
  if (event !== 'promoted' || desk.now.ordered !== null) return;
  await takeOrder(desk, 'rolled back', word).catch((error: unknown) =>
    desk.story.done(`version ${version} is not taken back: ${failureOf(error).message}`),
  );
}
