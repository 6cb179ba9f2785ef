import { type Client, ScheduleAlreadyRunning, type ScheduleOptions, ScheduleOverlapPolicy } from '@temporalio/client';
import type { Plan } from '../core/plan.ts';
import type { Replay } from '../core/retrainInput.ts';
import { pipelineQueue } from '../core/taskQueues.ts';
import { durationText } from '../core/time.ts';

/** A retrain that was missed for longer than this is not made up for: the next one sees the same data. */
const catchupWindow = '10 minutes';
const prefix = 'retrain/';

/**
 * Makes the schedules be as the pipelines say: one for each `every(…)`, edited cadences take effect, those of removed
 * pipelines go. With `replay` the schedule ticks once for each hour of the replayed past.
 */
export async function reconcileSchedules(
  client: Client,
  plans: ReadonlyMap<string, Plan>,
  replay?: Replay,
): Promise<string[]> {
  const wanted = [...plans.values()].flatMap((plan) => scheduleOf(plan, replay));
  for (const schedule of wanted) await ensure(client, schedule);
  const kept = new Set(wanted.map(({ scheduleId }) => scheduleId));
  for await (const { scheduleId } of client.schedule.list()) {
    if (scheduleId.startsWith(prefix) && !kept.has(scheduleId)) await client.schedule.getHandle(scheduleId).delete();
  }
  return wanted.map(({ scheduleId }) => scheduleId);
}

function scheduleOf(plan: Plan, replay: Replay | undefined): ScheduleOptions[] {
  return plan.retrain.map(({ everyMs }) => {
    const every = replay?.hourLastsMs ?? everyMs;
    const input = { pipeline: plan.pipeline, ...(replay === undefined ? {} : { replay }) };
    return {
      scheduleId: `${prefix}${plan.pipeline}`,
      spec: { intervals: [{ every }] },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow },
      action: {
        type: 'startWorkflow',
        workflowType: 'retrain',
        workflowId: `retrain/${plan.pipeline}/scheduled`,
        taskQueue: pipelineQueue,
        args: [input],
        staticSummary: `${plan.pipeline}, every ${durationText(every)}`,
      },
    };
  });
}

/** Creating is not idempotent: a schedule that is there is updated, so that an edited cadence takes effect. */
async function ensure(client: Client, schedule: ScheduleOptions): Promise<void> {
  try {
    await client.schedule.create(schedule);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { spec, policies, action } = schedule;
    await client.schedule
      .getHandle(schedule.scheduleId)
      .update((held) => ({ ...held, spec, action, policies: { ...held.policies, ...policies } }) as never);
  }
}
