import { setTimeout as pause } from 'node:timers/promises';
import {
  type Client,
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import type { Plan } from '../core/plan.ts';
import type { Replay } from '../core/retrainInput.ts';
import type { EveryTrigger, RetrainTrigger } from '../core/retrainPlan.ts';
import { pipelineQueue } from '../core/taskQueues.ts';
import { durationText } from '../core/time.ts';

/** What was missed for longer than this is not made up for: the next one sees the same data. */
const catchupWindow = '10 minutes';
/** Tells our schedules from others, whatever these are called. */
const ours = { madeBy: 'whetstone' };

/**
 * Makes the schedules be as the pipelines say: one for each `retrain` and each `refresh` that says `every(…)`, and one
 * for each `watch`; edited cadences take effect, those of removed pipelines go. With `replay` those that retrain tick
 * once for each hour of the replayed past.
 */
export async function reconcileSchedules(
  client: Client,
  plans: ReadonlyMap<string, Plan>,
  replay?: Replay,
): Promise<string[]> {
  const wanted = [...plans.values()].flatMap((plan) => schedulesOf(plan, replay));
  for (const schedule of wanted) await ensure(client, schedule);
  const kept = new Set(wanted.map(({ scheduleId }) => scheduleId));
  const unwanted = (await listedSchedules(client, kept)).filter((id) => !kept.has(id));
  for (const id of unwanted) await removed(client, id);
  return [...kept];
}

/** A replay retrains each hour, and each run has tables of its own: nothing is left to refresh. */
function schedulesOf(plan: Plan, replay: Replay | undefined): ScheduleOptions[] {
  const isPaced = replay !== undefined && replay.hourLastsMs !== null;
  const refresh = plan.refresh === undefined || isPaced ? [] : [plan.refresh];
  return [
    ...scheduleOf(plan, 'retrain', plan.retrain, replay),
    ...scheduleOf(plan, 'refresh', refresh, replay),
    ...watchScheduleOf(plan, replay),
  ];
}

/** Rows are answered in real time, also where the source's past passes faster: so are the looks at them. */
function watchScheduleOf({ pipeline, watch }: Plan, replay: Replay | undefined): ScheduleOptions[] {
  return watch === undefined ? [] : [everySchedule('watch', pipeline, [watch.everyMs], replay)];
}

/** Where a pipeline names several cadences, each of them makes its one schedule tick. */
function scheduleOf(
  plan: Plan,
  workflowType: 'retrain' | 'refresh',
  asked: readonly RetrainTrigger[],
  replay: Replay | undefined,
): ScheduleOptions[] {
  const triggers = asked.filter((trigger): trigger is EveryTrigger => trigger.kind === 'every');
  if (triggers.length === 0) return [];
  const paced = replay?.hourLastsMs ?? null;
  const everyMs = paced === null ? triggers.map((trigger) => trigger.everyMs) : [paced];
  return [everySchedule(workflowType, plan.pipeline, everyMs, replay)];
}

function everySchedule(
  workflowType: 'retrain' | 'refresh' | 'watch',
  pipeline: string,
  everyMs: readonly number[],
  replay: Replay | undefined,
): ScheduleOptions {
  return {
    scheduleId: `${workflowType}/${pipeline}`,
    memo: ours,
    spec: { intervals: everyMs.map((every) => ({ every })) },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow },
    action: {
      type: 'startWorkflow',
      workflowType,
      workflowId: `${workflowType}/${pipeline}/scheduled`,
      taskQueue: pipelineQueue,
      args: [{ pipeline, ...(replay === undefined ? {} : { replay }) }],
      staticSummary: `${pipeline}, every ${everyMs.map(durationText).join(' and ')}`,
    },
  };
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

/** Ours. The list lags behind a little: where it lacks one that is surely there, it is asked again. */
async function listedSchedules(client: Client, sure: ReadonlySet<string>): Promise<string[]> {
  for (let attempt = 1; ; attempt += 1) {
    const isOurs = new Map<string, boolean>();
    for await (const { scheduleId, memo } of client.schedule.list())
      isOurs.set(scheduleId, memo?.madeBy === ours.madeBy);
    const isComplete = [...sure].every((id) => isOurs.has(id));
    if (isComplete || attempt === listAttempts) return [...isOurs.keys()].filter((id) => isOurs.get(id));
    await pause(listPauseMs);
  }
}

const listAttempts = 50;
const listPauseMs = 100;

/** The list may still tell of one that is gone. */
async function removed(client: Client, scheduleId: string): Promise<void> {
  await client.schedule
    .getHandle(scheduleId)
    .delete()
    .catch((error: unknown) => {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
    });
}
