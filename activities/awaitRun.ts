import { getClient } from '@temporalio/activity';
import type { RunRecord } from '../core/run.ts';
import { whileBeating } from './whileBeating.ts';

/** Waits for a run that another asked for first, so that one run per hour is in flight however it was started. */
export function createWaitActivities() {
  return {
    awaitRun: ({ workflowId, runId }: { workflowId: string; runId?: string }): Promise<RunRecord> =>
      whileBeating(() => getClient().workflow.getHandle(workflowId, runId).result()),
  };
}
