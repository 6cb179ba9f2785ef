import { type Client, ScheduleNotFoundError } from '@temporalio/client';
import { pipelineQueue } from '../core/taskQueues.ts';
import type { WatchInput } from '../core/watchInput.ts';
import type { Watched } from '../workflows/watch.ts';

/** Looks at a pipeline now, with what its schedule looks with, and waits for what that leads to. */
export async function lookNow(client: Client, pipeline: string): Promise<Watched> {
  return client.workflow.execute('watch', {
    workflowId: `watch/${pipeline}/now`,
    taskQueue: pipelineQueue,
    args: [await scheduledInput(client, pipeline)],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `${pipeline}, now`,
  });
}

/** Where the source's past passes again, the schedule knows what hour it is there. */
async function scheduledInput(client: Client, pipeline: string): Promise<WatchInput> {
  try {
    const { action } = await client.schedule.getHandle(`watch/${pipeline}`).describe();
    return action.type === 'startWorkflow'
      ? ((action.args?.[0] as WatchInput | undefined) ?? { pipeline })
      : { pipeline };
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return { pipeline };
    throw error;
  }
}
