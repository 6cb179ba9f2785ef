import { type Client, WithStartWorkflowOperation, WorkflowNotFoundError } from '@temporalio/client';
import type { ReleaseState, ReleaseWord } from '../core/releaseMessages.ts';
import { pipelineQueue } from '../core/taskQueues.ts';

/** A person's word to the release of a pipeline, which is started if it does not run yet. Throws what it refuses it with. */
export function sayToRelease(
  client: Client,
  pipeline: string,
  word: ReleaseWord,
  input: unknown,
): Promise<{ version: number | null }> {
  const startWorkflowOperation = new WithStartWorkflowOperation('release', {
    workflowId: `release/${pipeline}`,
    taskQueue: pipelineQueue,
    args: [{ pipeline }],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `Releases of ${pipeline}`,
  });
  return client.workflow.executeUpdateWithStart<never, { version: number | null }, [unknown]>(word, {
    args: [input],
    startWorkflowOperation: startWorkflowOperation as never,
  });
}

/** What the release itself says: what is under way, ordered and waiting. Null where it does not run yet. */
export async function askRelease(client: Client, pipeline: string): Promise<ReleaseState | null> {
  try {
    return await client.workflow.getHandle(`release/${pipeline}`).query<ReleaseState>('state');
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}
