import { getClient } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/client';
import { lostRun, type RetrainStanding, type UnderwayRun, withEnded } from '../core/retrainStanding.ts';

/**
 * The standing without a run that is over: one whose workflow was terminated, or is lost with Temporal's database, never
 * said that it ended. What the workflow `own` holds it was let go with before, in an attempt that was lost.
 */
export async function settledStanding(standing: RetrainStanding, own: string | null): Promise<RetrainStanding> {
  const { underway } = standing;
  if (underway === null) return standing;
  if (underway.runId === own) return { ...standing, underway: null };
  const endedMs = await endOf(underway);
  return endedMs === null ? standing : withEnded(standing, underway.runId, lostRun(underway, endedMs));
}

/** When the workflow ended, as far as the server knows; null while it goes on. */
async function endOf({ workflowId, runId, startedMs }: UnderwayRun): Promise<number | null> {
  try {
    const { closeTime } = await getClient().workflow.getHandle(workflowId, runId).describe();
    return closeTime?.getTime() ?? null;
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    return startedMs;
  }
}
