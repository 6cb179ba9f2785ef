import type { Client } from '@temporalio/client';
import type { Progress } from '../core/run.ts';

/** What a workflow says of itself. Undefined while there is none yet, or no worker to ask: progress is a courtesy, the result is awaited elsewhere. */
export async function progressOf(client: Client, workflowId: string): Promise<Progress | undefined> {
  if (workflowId === '') return undefined;
  return client.workflow
    .getHandle(workflowId)
    .query<Progress>('progress')
    .catch(() => undefined);
}
