import { type ScheduleDescription, ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { lookKey } from '../../core/look.ts';
import type { Plan } from '../../core/plan.ts';
import { latestHour, type Replay } from '../../core/retrainInput.ts';
import { pipelineQueue } from '../../core/taskQueues.ts';
import { hourMs, hourStart } from '../../core/time.ts';
import { reconcileSchedules } from '../../workers/schedules.ts';
import type { FakeStages } from './fakeStages.ts';
import { storyPlan } from './storyPlan.ts';
import { type Stories, startStories } from './storyWorker.ts';

let stories: Stories;
let stages: FakeStages;

beforeAll(async () => {
  stories = await startStories();
  stages = stories.stages;
});
afterAll(() => stories.stop());
beforeEach(() => stages.reset());
afterEach(async () => {
  for (const id of ['retrain/a', 'retrain/b', 'retrain/c', 'refresh/a', 'watch/a'])
    await stories.client.schedule
      .getHandle(id)
      .delete()
      .catch((error: unknown) => expect(error).toBeInstanceOf(ScheduleNotFoundError));
});

const soon = { timeout: 20_000, interval: 50 };

describe('the schedules of pipelines', () => {
  test('are one for each pipeline that says every(…), without overlap, and with little to catch up', async () => {
    expect(await reconcile([planOf('a'), planOf('b', [2 * hourMs, 24 * hourMs]), planOf('c', [])])).toEqual([
      'retrain/a',
      'retrain/b',
    ]);
    const { spec, policies, action } = await described('retrain/a');
    expect(spec.intervals?.map(({ every }) => every)).toEqual([hourMs]);
    expect(policies).toMatchObject({ overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: 600_000 });
    expect(action).toMatchObject({
      ...{ type: 'startWorkflow', workflowType: 'retrain', taskQueue: pipelineQueue },
      ...{ args: [{ pipeline: 'a' }], workflowId: 'retrain/a/scheduled' },
    });
    expect((await described('retrain/b')).spec.intervals?.map(({ every }) => every)).toEqual([2 * hourMs, 24 * hourMs]);
    await expect(described('retrain/c')).rejects.toBeInstanceOf(ScheduleNotFoundError);
  });

  test('are beside it one for each that says how often to refresh, but not where a replay retrains each hour', async () => {
    const refreshed = { ...planOf('a'), refresh: { kind: 'every', everyMs: 600_000 } } as const;
    expect(await reconcile([refreshed])).toEqual(['retrain/a', 'refresh/a']);
    const { spec, action } = await described('refresh/a');
    expect(spec.intervals?.map(({ every }) => every)).toEqual([600_000]);
    expect(action).toMatchObject({ workflowType: 'refresh', workflowId: 'refresh/a/scheduled' });
    const replay: Replay = { from: '2001-03-15T12', startedAt: new Date().toISOString(), hourLastsMs: 60_000 };
    expect(await reconcile([refreshed], replay)).toEqual(['retrain/a']);
    await expect(described('refresh/a')).rejects.toBeInstanceOf(ScheduleNotFoundError);
  });

  test('are one more for each that is watched, in real time also in a replay, and it looks', async () => {
    const watch = { everyMs: 1_000, falseAlarms: 0.01, monitors: [], alerts: [], receivers: [] };
    const replay: Replay = { from: '2001-03-15T12', startedAt: new Date().toISOString(), hourLastsMs: 60_000 };
    expect(await reconcile([{ ...planOf('a', []), watch }], replay)).toEqual(['watch/a']);
    const { spec, action } = await described('watch/a');
    expect(spec.intervals?.map(({ every }) => every)).toEqual([1_000]);
    expect(action).toMatchObject({ workflowType: 'watch', args: [{ pipeline: 'a', replay }] });
    await vi.waitFor(() => expect(stages.inputsOf('raiseAlerts').length).toBeGreaterThan(0), soon);
    const [looked] = stages.inputsOf('look');
    expect(looked).toEqual({ pipeline: 'a', replay, atMs: Math.floor((looked?.atMs ?? 0) / 1_000) * 1_000 });
    const key = lookKey('a', new Date(looked?.atMs ?? 0).toISOString());
    expect(stages.inputsOf('raiseAlerts')[0]).toEqual({ pipeline: 'a', look: key });
  });

  test('stay as they are when nothing changed, even paused ones', async () => {
    await reconcile([planOf('a')]);
    await stories.client.schedule.getHandle('retrain/a').pause('the source is being mended');
    const before = await described('retrain/a');
    expect(await reconcile([planOf('a')])).toEqual(['retrain/a']);
    const after = await described('retrain/a');
    expect(meaningOf(after)).toEqual(meaningOf(before));
    expect(after.state).toMatchObject({ paused: true, note: 'the source is being mended' });
    expect(after.info.numActionsTaken).toBe(0);
  });

  test('take an edited cadence', async () => {
    await reconcile([planOf('a')]);
    await reconcile([planOf('a', [6 * hourMs])]);
    const { spec, action } = await described('retrain/a');
    expect(spec.intervals?.map(({ every }) => every)).toEqual([6 * hourMs]);
    expect(action.staticSummary).toBe('a, every 6 hours');
  });

  test('go with their pipeline, at once, and no others go', async () => {
    const foreign = await stories.client.schedule.create({
      scheduleId: 'retrain/by-hand',
      spec: { intervals: [{ every: '1 day' }] },
      action: { type: 'startWorkflow', workflowType: 'retrain', taskQueue: 'elsewhere', args: [{ pipeline: 'x' }] },
    });
    await reconcile([planOf('a'), planOf('b')]);
    await reconcile([planOf('b'), planOf('c')]);
    await expect(described('retrain/a')).rejects.toBeInstanceOf(ScheduleNotFoundError);
    expect((await described('retrain/b')).scheduleId).toBe('retrain/b');
    expect((await foreign.describe()).spec.intervals?.[0]?.every).toBe(24 * hourMs);
    await foreign.delete();
  });
});

describe('a schedule that ticks', () => {
  test("starts retrain with the pipeline's input", async () => {
    await reconcile([planOf('a')]);
    await stories.client.schedule.getHandle('retrain/a').trigger(ScheduleOverlapPolicy.SKIP);
    await vi.waitUntil(() => stages.names().includes('recordRun'), soon);
    const [resolved] = stages.inputsOf('resolve');
    expect(resolved?.input).toEqual({ pipeline: 'a' });
    expect(Math.abs((resolved?.nowMs ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(stages.inputsOf('recordRun')[0]?.record).toMatchObject({ pipeline: 'a', status: 'judged' });
  });

  test('lets the past pass again: an hour a tick, counted from the scheduled times', async () => {
    const replay: Replay = { from: '2001-03-15T12', startedAt: new Date().toISOString(), hourLastsMs: 1_000 };
    stages.behave({
      resolve: async ({ input, nowMs }) => ({
        ...{ planId: 'plan-1', plan: planOf('a'), skip: 'there is nothing to do' },
        asOf: latestHour(nowMs, input.replay),
      }),
    });
    expect(await reconcile([planOf('a')], replay)).toEqual(['retrain/a']);
    expect((await described('retrain/a')).spec.intervals?.map(({ every }) => every)).toEqual([1_000]);
    await vi.waitUntil(() => stages.inputsOf('recordRun').length >= 3, soon);
    const ticks = stages.inputsOf('resolve');
    expect(ticks.every(({ input, nowMs }) => input.replay?.hourLastsMs === 1_000 && nowMs % 1_000 === 0)).toBe(true);
    const hours = stages.inputsOf('recordRun').map(({ record }) => hourStart(record.asOf) / hourMs);
    const seconds = ticks.map(({ nowMs }) => nowMs / 1_000).slice(0, hours.length);
    expect(hours.map((hour) => hour - (hours[0] ?? 0))).toEqual(seconds.map((second) => second - (seconds[0] ?? 0)));
  });

  test('keeps its own cadence where the replayed time stands still', async () => {
    const replay: Replay = { from: '2001-03-15T12', startedAt: '2026-01-01T00:00:00Z', hourLastsMs: null };
    await reconcile([planOf('a')], replay);
    const { spec, action } = await described('retrain/a');
    expect(spec.intervals?.map(({ every }) => every)).toEqual([hourMs]);
    expect(action.args).toEqual([{ pipeline: 'a', replay }]);
  });
});

function planOf(pipeline: string, everyMs: readonly number[] = [hourMs]): Plan {
  return { ...storyPlan(pipeline), retrain: everyMs.map((every) => ({ kind: 'every', everyMs: every })) };
}

function reconcile(plans: readonly Plan[], replay?: Replay): Promise<string[]> {
  return reconcileSchedules(stories.client, new Map(plans.map((plan) => [plan.pipeline, plan])), replay);
}

function described(scheduleId: string): Promise<ScheduleDescription> {
  return stories.client.schedule.getHandle(scheduleId).describe();
}

function meaningOf({ spec, policies, action, state, memo }: ScheduleDescription): unknown {
  return { spec, policies, action, state, memo };
}
