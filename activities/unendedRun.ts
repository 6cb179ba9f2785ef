import { getClient } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { RetrainDecision } from '../core/retrainDecision.ts';
import type { UnderwayRun } from '../core/retrainStanding.ts';
import { decisionsOn } from '../registry/retrainings.ts';
import type { ObjectStore } from '../storage/objectStore.ts';

/**
 * The run of a pipeline that still goes on by what Temporal knows, where the document that names it is lost: that of the last
 * decision that let one go. Null where it has ended.
 */
export async function unendedRun(store: ObjectStore, pipeline: string, nowMs: number): Promise<UnderwayRun | null> {
  const decisions = await decisionsOn(store, pipeline, decisionsRead, nowMs);
  const last = decisions.find(({ outcome }) => outcome === 'run');
  return last === undefined ? null : underwayBy(last);
}

/** Many are skipped while one is under way. */
const decisionsRead = 300;

async function underwayBy({ pipeline, asOf, plan, trigger, at }: RetrainDecision): Promise<UnderwayRun | null> {
  if (asOf === null || trigger === null) return null;
  try {
    const { status, parentExecution } = await getClient().workflow.getHandle(`run/${pipeline}/${asOf}`).describe();
    const { workflowId, runId } = parentExecution ?? {};
    if (status.name !== 'RUNNING' || !workflowId || !runId) return null;
    return { workflowId, runId, asOf, plan, trigger, startedMs: Date.parse(at) };
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    return null;
  }
}
