import { type Client, ScheduleNotFoundError, type WorkflowHandleWithStartDetails } from '@temporalio/client';
import { pipelineQueue } from '../core/taskQueues.ts';
import type { WatchInput } from '../core/watchInput.ts';
import type { watch } from '../workflows/watch.ts';

/** Begins a look at a pipeline now, with what its schedule looks with; one that is under way so is joined. */
export async function startLook(
  client: Client,
  pipeline: string,
): Promise<WorkflowHandleWithStartDetails<typeof watch>> {
  return client.workflow.start<typeof watch>('watch', {
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
