import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { heartbeat } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { keepPlan } from '../../activities/planOf.ts';
import type { Ports } from '../../activities/ports.ts';
import { createRetrainingActivities } from '../../activities/retraining.ts';
import { keepRunRecord } from '../../activities/runRecords.ts';
import type { Plan } from '../../core/plan.ts';
import type { RunTrigger } from '../../core/retrainDecision.ts';
import type { Replay } from '../../core/retrainInput.ts';
import { usualRetraining } from '../../core/retrainPlan.ts';
import type { RunRecord } from '../../core/run.ts';
import { pipelineQueue } from '../../core/taskQueues.ts';
import { appendLedger } from '../../registry/ledger.ts';
import { decisionsOn, retrainStanding } from '../../registry/retrainings.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { retrainNow } from '../../workers/retrainNow.ts';
import { byTest } from '../registry/versionLike.ts';
import type { FakeStages } from './fakeStages.ts';
import { storyPlan } from './storyPlan.ts';
import { type Stories, startStories } from './storyWorker.ts';

let stories: Stories;
let stages: FakeStages;
let folder: string;
let store: ObjectStore;

beforeAll(async () => {
  stories = await startStories();
  stages = stories.stages;
  folder = await mkdtemp(join(tmpdir(), 'whet-retrainings-'));
  store = localDisk(folder);
});
afterAll(async () => {
  await stories.stop();
  await rm(folder, { recursive: true, force: true });
});
/** The decisions are real, with a store of their own; the stages of a run are not. */
beforeEach(() => {
  stages.reset();
  const { admitRetrain, endRetrain } = createRetrainingActivities({ store, clock: () => Date.now() } as Ports);
  stages.behave({
    ...{ admitRetrain, endRetrain },
    recordRun: async ({ record }) => ({
      ...record,
      ...{ run: `${record.pipeline}/${record.asOf}/1`, workflow: 'w', endedAt: new Date().toISOString() },
    }),
    async resolve({ input }) {
      const plan = planOf(input.pipeline);
      return { planId: await keepPlan(store, plan), plan, asOf: input.asOf ?? '2001-03-15T12', skip: null };
    },
  });
});

const drift: RunTrigger = { kind: 'drift', why: 'origin moved' };

describe('runs of a pipeline', () => {
  test('are one at a time: of six triggers at the same moment one goes, and each other is recorded as skipped', async () => {
    const { begun, goOn } = heldContract();
    const hours = ['12', '13', '14', '15', '16', '17'].map((hour) => `2001-03-15T${hour}`);
    const handles = await Promise.all(hours.map((asOf) => start('one', asOf, drift)));
    await begun;
    await vi.waitUntil(async () => (await outcomes('one')).length === hours.length, soon);
    goOn();
    const records = await Promise.all(handles.map((handle) => handle.result()));
    const [judged, ...others] = records.sort((a, b) => a.status.localeCompare(b.status));
    expect(judged).toMatchObject({ status: 'judged', trigger: drift });
    const why = `a run is under way, as of ${judged?.asOf} (drift: origin moved)`;
    expect(others.map((record) => [record.status, record.why])).toEqual(others.map(() => ['skipped', why]));
    expect(stages.inputsOf('contract')).toHaveLength(1);
    expect((await outcomes('one')).sort()).toEqual(['run', ...others.map(() => 'skipped')]);
  });

  test('are joined by those of the same hour', async () => {
    const { begun, goOn } = heldContract();
    const first = await start('joined', '2001-03-15T12', drift);
    await begun;
    const second = await start('joined', '2001-03-15T12');
    await vi.waitUntil(async () => (await outcomes('joined')).length === 2, soon);
    goOn();
    expect(await second.result()).toEqual(await first.result());
    expect(stages.inputsOf('contract')).toHaveLength(1);
    expect(await outcomes('joined')).toEqual(['joined', 'run']);
  });

  test('of a person wait for the one under way, whatever becomes of it', async () => {
    const { begun, goOn } = heldContract();
    const first = await start('waiting', '2001-03-15T12', drift);
    await begun;
    const second = await start('waiting', '2001-03-15T13');
    await vi.waitUntil(async () => (await second.query<string>('waitsFor')) !== '', soon);
    expect(await second.query<string>('waitsFor')).toBe(
      'waits: a run is under way, as of 2001-03-15T12 (drift: origin moved)',
    );
    expect(stages.inputsOf('contract')).toHaveLength(1);
    await first.cancel();
    goOn();
    await expect(first.result()).rejects.toThrow();
    expect(await second.result()).toMatchObject({
      status: 'judged',
      asOf: '2001-03-15T13',
      trigger: { kind: 'person' },
    });
    expect((await retrainStanding(store, 'waiting')).runs.map(({ outcome }) => outcome)).toEqual(['failed', 'passed']);
  });

  test('of a person say at the command line that they wait, once', async () => {
    const { begun, goOn } = heldContract();
    const first = await start('told', '2001-03-15T12', drift);
    await begun;
    const report = vi.fn();
    const input = { pipeline: 'told', asOf: '2001-03-15T13' };
    const asked = retrainNow({ client: stories.client, store, input, report });
    const waits = 'waits: a run is under way, as of 2001-03-15T12 (drift: origin moved)';
    await vi.waitFor(() => expect(report.mock.calls).toEqual([[waits]]), soon);
    await stories.client.workflow.getHandle('retrain/told/2001-03-15T13').terminate();
    await expect(asked).rejects.toThrow();
    expect(report).toHaveBeenCalledTimes(1);
    goOn();
    await first.result();
  });

  test('of a person tell how far a stage is that takes long, as its activity says', async () => {
    const over = Promise.withResolvers<void>();
    const { contract } = stages.usual();
    stages.behave({
      async contract(input) {
        heartbeat('5 of 9 validated');
        await over.promise;
        return contract(input);
      },
    });
    const report = vi.fn();
    const asked = retrainNow({
      client: stories.client,
      store,
      input: { pipeline: 'far', asOf: '2001-03-15T12' },
      report,
    });
    const far = 'contract: validating the partitions of the window, 5 of 9 validated';
    await vi.waitFor(() => expect(report).toHaveBeenCalledWith(far), soon);
    await stories.client.workflow.getHandle('retrain/far/2001-03-15T12').terminate();
    await expect(asked).rejects.toThrow();
    over.resolve();
  });

  test('of a person that waited stand at the hour that is the newest by then', async () => {
    const { begun, goOn } = heldContract();
    const first = await start('later', '2001-03-15T12', drift);
    await begun;
    const newest = ['2001-03-15T13', '2001-03-15T15'];
    const plan = planOf('later');
    const planId = await keepPlan(store, plan);
    stages.behave({ resolve: async () => ({ planId, plan, asOf: newest.shift() ?? '', skip: null }) });
    const second = await start('later');
    await vi.waitUntil(async () => (await second.query<string>('waitsFor')) !== '', soon);
    goOn();
    await first.result();
    expect(await second.result()).toMatchObject({ status: 'judged', asOf: '2001-03-15T15' });
  });

  test('tell the hour that it was for them to those that follow', async () => {
    const replay = { from: '2001-03-15T12', startedAt: '2026-03-15T12:00:00Z', hourLastsMs: null };
    await (await start('replayed', '2001-03-15T12', drift, replay)).result();
    expect((await retrainStanding(store, 'replayed')).replay).toEqual(replay);
    await (await start('replayed', '2001-03-15T13')).result();
    expect(await retrainStanding(store, 'replayed')).not.toHaveProperty('replay');
  });

  test('may go when the one before was terminated and never said that it ended', async () => {
    const { begun, goOn } = heldContract();
    const first = await start('lost', '2001-03-15T12', drift);
    await begun;
    await first.terminate('the machine burnt');
    goOn();
    const again = await start('lost', '2001-03-15T13');
    expect(await again.result()).toMatchObject({ status: 'judged' });
    const { underway, runs } = await retrainStanding(store, 'lost');
    expect([underway, runs.map(({ outcome }) => outcome)]).toEqual([null, ['failed', 'passed']]);
  });

  test('are one at a time also when the document that names the one under way is lost', async () => {
    const { begun, goOn } = heldContract();
    const first = await start('forgotten', '2001-03-15T12', drift);
    await begun;
    await store.remove('retraining/forgotten.json');
    const second = await (await start('forgotten', '2001-03-15T13', { kind: 'schedule' })).result();
    expect(second.why).toBe('a run is under way, as of 2001-03-15T12 (drift: origin moved)');
    goOn();
    await first.result();
    const { underway, runs } = await retrainStanding(store, 'forgotten');
    expect([underway, runs.map(({ asOf }) => asOf)]).toEqual([null, ['2001-03-15T12']]);
    await store.remove('retraining/forgotten.json');
    expect(await (await start('forgotten', '2001-03-15T14')).result()).toMatchObject({ status: 'judged' });
  });

  test('are no more than the budget, but for those of a person, which count', async () => {
    const hours = ['12', '13', '14', '15'].map((hour) => `2001-03-15T${hour}`);
    const why: string[] = [];
    for (const asOf of hours) why.push((await (await start('spent', asOf, { kind: 'schedule' })).result()).why);
    expect(why.map((text) => text.replace(/, [\d.]+ of/, ', 0 of'))).toEqual([
      ...["the gate's verdict is passed", "the gate's verdict is passed"],
      ...Array.from({ length: 2 }, () => 'budget: 2 of 2 runs in 24 hours, 0 of 720 minutes'),
    ]);
    expect(await (await start('spent', '2001-03-15T16')).result()).toMatchObject({ status: 'judged' });
    const last = await (await start('spent', '2001-03-15T17', { kind: 'schedule' })).result();
    expect(last.why).toMatch(/^budget: 3 of 2 runs in 24 hours/);
    expect(await outcomes('spent')).toEqual(['skipped', 'run', 'skipped', 'skipped', 'run', 'run']);
  });

  test('that were recorded before anything else was kept of them count, but for refreshes and models that were brought', async () => {
    const at = new Date().toISOString();
    const stage = { name: 'search', key: 'k', seconds: 1, reused: false, inputs: {} } as const;
    const old = { pipeline: 'old', asOf: '2001-03-15T10', plan: 'p', why: 'x', startedAt: at, endedAt: at } as const;
    const records = [
      { status: 'judged', stages: [stage] },
      { status: 'rejected', stages: [] },
      { status: 'judged', stages: [] },
      { status: 'refreshed', stages: [], refreshes: 1 },
      { status: 'skipped', stages: [] },
    ] as const;
    for (const [n, record] of records.entries()) await keepRunRecord(store, { ...old, ...record, workflow: `w${n}` });
    await (await start('old', '2001-03-15T12')).result();
    const { runs } = await retrainStanding(store, 'old');
    expect(runs.map(({ outcome }) => outcome)).toEqual(['rejected', 'rejected', 'passed']);
    expect((await decisionsOn(store, 'old', 9, Date.now()))[0]?.numbers?.runs).toBe(2);
  });

  test('are held back by a pause, a cool-down and rejected candidates, but for those of a person', async () => {
    const whyOf = async (pipeline: string, trigger?: RunTrigger) =>
      (await (await start(pipeline, '2001-03-15T12', trigger)).result()).why;
    await appendLedger(store, 'held', { kind: 'paused' }, byTest);
    expect(await whyOf('held', { kind: 'schedule' })).toBe('releases are paused by a test: to see');
    expect(await whyOf('held')).toBe("the gate's verdict is passed");
    await appendLedger(store, 'held', { kind: 'resumed' }, byTest);
    expect(await whyOf('held', drift)).toMatch(/^cooling down until 20\d\d-/);
    expect(await whyOf('turned-down', { kind: 'schedule' })).toBe("the gate's verdict is failed");
    expect(await whyOf('turned-down', { kind: 'schedule' })).toMatch(
      /^backing off after 1 rejected candidate until 20/,
    );
    expect(await whyOf('turned-down')).toBe("the gate's verdict is failed");
  });
});

const soon = { timeout: 20_000, interval: 30 };

/** A run that stands still in its first stage until it is let go on. */
function heldContract(): { readonly begun: Promise<void>; readonly goOn: () => void } {
  const [begun, gone] = [opened(), opened()];
  const { contract } = stages.usual();
  stages.behave({
    async contract(input) {
      begun.open();
      await gone.until;
      return contract(input);
    },
  });
  return { begun: begun.until, goOn: gone.open };
}

function opened(): { readonly until: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const until = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { until, open: () => open() };
}

let started = 0;

async function start(
  pipeline: string,
  asOf?: string,
  trigger?: RunTrigger,
  replay?: Replay,
): Promise<WorkflowHandle<() => Promise<RunRecord>>> {
  started += 1;
  return stories.client.workflow.start<() => Promise<RunRecord>>('retrain', {
    workflowId: `retrain/${started}`,
    taskQueue: pipelineQueue,
    args: [{ pipeline, ...(asOf && { asOf }), ...(trigger && { trigger }), ...(replay && { replay }) }] as never,
  });
}

/** Newest first. */
async function outcomes(pipeline: string): Promise<string[]> {
  return (await decisionsOn(store, pipeline, 100, Date.now())).map(({ outcome }) => outcome);
}

/** Of the one that is turned down no candidate is good enough. */
function planOf(pipeline: string): Plan {
  const budget = { runs: pipeline === 'spent' ? 2 : 24, minutes: 720 };
  const retraining = { ...usualRetraining, budget, backOff: { ...usualRetraining.backOff, after: 1 } };
  const gate = [{ kind: 'atLeast', metric: 'auc', value: pipeline === 'turned-down' ? 0.9 : 0.6 }] as const;
  return { ...storyPlan(pipeline), gate, retraining };
}
