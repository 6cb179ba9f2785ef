import { executeChild, proxyActivities } from '@temporalio/workflow';
import type { PipelineActivities } from '../activities/activities.ts';
import type { RolloutRequest, RolloutResult, WaitingCandidate } from '../core/releaseMessages.ts';
import { brief } from './activityOptions.ts';
import { failureOf, isCancelled } from './refuse.ts';
import { type ReleaseDesk, rejectVersion } from './releaseDesk.ts';
import { rollout } from './rollout.ts';

const { register, abandon } = proxyActivities<PipelineActivities>(brief);

/** Rolls out what comes next: a person's word, else the candidate that waits. Whatever fails is told, and ends here. */
export async function takeTurn(desk: ReleaseDesk): Promise<void> {
  const { now } = desk;
  const { ordered, waiting } = now;
  if (ordered !== null) now.ordered = null;
  else now.waiting = null;
  const request = ordered ?? (waiting === null ? null : promotionOf(now.pipeline, waiting));
  if (request === null) return;
  now.underway = request;
  const result = await ended(desk, request, ordered === null ? waiting : null);
  Object.assign(now, { underway: null, last: result === null ? now.last : { ...request, ...result } });
}

function promotionOf(pipeline: string, { version, candidate }: WaitingCandidate): RolloutRequest {
  return { pipeline, version, event: 'promoted', who: `run ${candidate.run}`, why: 'the gate passed' };
}

/** Null where the candidate was not rolled out after all. */
async function ended(
  desk: ReleaseDesk,
  request: RolloutRequest,
  candidate: WaitingCandidate | null,
): Promise<RolloutResult | null> {
  try {
    if (candidate !== null && (await isOvertaken(desk, candidate))) return null;
    desk.story.doing(`rolling out version ${request.version}`);
    const result = await rolledOut(request);
    desk.story.done(`version ${request.version} ${request.event}: ${result.outcome}, ${result.why}`);
    return result;
  } catch (error) {
    if (isCancelled()) throw error;
    return abandoned(desk, request, `the rollout ended: ${failureOf(error).message}`);
  }
}

/** While a candidate waited, a newer one may have become champion. */
async function isOvertaken(desk: ReleaseDesk, { version, candidate }: WaitingCandidate): Promise<boolean> {
  const { hindrance, isChampion } = await register({ pipeline: desk.now.pipeline, candidate });
  if (isChampion) desk.story.done(`version ${version} answers already`);
  else if (hindrance !== null) await rejectVersion(desk, version, `run ${candidate.run}`, hindrance);
  return hindrance !== null;
}

function rolledOut(request: RolloutRequest): Promise<RolloutResult> {
  return executeChild(rollout, {
    workflowId: `rollout/${request.pipeline}/v${request.version}`,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    staticSummary: `Version ${request.version} of ${request.pipeline}`,
    args: [request],
  });
}

/** The ledger is told; where that fails too, the story alone tells it, and the release goes on with the next. */
async function abandoned({ story }: ReleaseDesk, request: RolloutRequest, why: string): Promise<RolloutResult> {
  story.done(`version ${request.version} ${request.event}: failed, ${why}`);
  const { pipeline, version, who } = request;
  await abandon({ pipeline, version, who, why, at: new Date().toISOString() }).catch((error: unknown) =>
    story.done(`the ledger does not tell of it: ${failureOf(error).message}`),
  );
  return { outcome: 'failed', why };
}
