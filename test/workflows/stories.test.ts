import { cancelled, heartbeat } from '@temporalio/activity';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { WhetError } from '../../core/errors.ts';
import { lookKey } from '../../core/look.ts';

import type { Progress, RunRecord } from '../../core/run.ts';
import type { ScoringSummary } from '../../core/scoring.ts';
import { pipelineQueue } from '../../core/taskQueues.ts';
import { runOf } from '../../workflows/retrain.ts';
import { progress } from '../../workflows/story.ts';
import type { Watched } from '../../workflows/watch.ts';
import type { FakeStages } from './fakeStages.ts';
import { storyPlan } from './storyPlan.ts';
import { detailsOf, rootOf, type Stories, startStories } from './storyWorker.ts';

let stories: Stories;
let stages: FakeStages;

beforeAll(async () => {
  stories = await startStories();
  stages = stories.stages;
});
afterAll(() => stories.stop());
beforeEach(() => stages.reset());

const order = [
  ...['resolve', 'admitRetrain', 'contract', 'snapshot', 'features', 'openSearch', 'trainTrials', 'gatherTrials'],
  ...['closeSearch', 'package', 'scorecard', 'submit', 'recordRun', 'endRetrain'],
];

describe('retrain', () => {
  test('runs all stages in order, submits the candidate and keeps the record', async () => {
    const record = await retrain('in-order', { pipeline: 'in-order', asOf: '2001-03-15T12' });
    expect(stages.names().filter((name, i, names) => name !== names[i - 1])).toEqual(order);
    expect(record).toMatchObject({ run: 'in-order/2001-03-15T12/1', status: 'judged', version: 1, plan: 'plan-1' });
    expect(record.stages.map(({ name }) => name)).toEqual([
      ...['contract', 'snapshot', 'features', 'search', 'package', 'scorecard', 'gate', 'register'],
    ]);
    expect(record.trials).toEqual({ total: 32, run: 32, reused: 0, table: 'objects/trials' });
    const [submitted] = stages.inputsOf('submit');
    const candidate = { digest: 'digest-1', package: 'objects/package', asOf: '2001-03-15T12', plan: 'plan-1' };
    expect(submitted).toMatchObject({ pipeline: 'in-order', candidate });
    expect(submitted?.candidate.verdict).toMatchObject({ passed: true });
  });

  test('counts the looks before, by the ledger, where the gate has a rule that many looks would wear down', async () => {
    const rule = { kind: 'noWorseThanReference', metric: 'auc', by: 0.02 } as const;
    const difference = { auc: { value: 0.01, low: 0.004, high: 0.016 } };
    const reference = { version: 1, tablesOlderByHours: 0, metrics: {}, difference };
    const look = { look: 40, promotions: 3, waiting: 1, part: 0.02 };
    const text = 'auc no worse than reference by 0.02';
    const usual = { pipeline: 'counted', asOf: '2001-03-15T12' };
    const plan = { ...storyPlan(usual.pipeline), gate: [rule] };
    const card = { asOf: usual.asOf, rows: 146, positives: 30, hours: 24, unsettled: 2, metrics: {}, slices: [] };
    const judged = { ...card, champion: null, reference: { ...reference, sameTables: { metrics: {}, difference } } };
    const record = { name: 'scorecard', key: 'k', seconds: 0, reused: false, inputs: {} } as const;
    stages.behave({
      resolve: async () => ({ planId: 'plan-1', plan, asOf: usual.asOf, skip: null }),
      scorecard: async () => ({ output: { id: 'objects/scorecard', card: judged }, record }),
      standings: async () => ({ ledger: '7 abc', standings: { [text]: look } }),
    });
    const done = await retrain('counted', usual);
    expect(stages.inputsOf('standings')).toMatchObject([{ asOf: usual.asOf, plan: { pipeline: 'counted' } }]);
    expect(done.stages.find(({ name }) => name === 'gate')?.inputs).toEqual({
      scorecard: 'objects/scorecard',
      ledger: '7 abc',
    });
    expect(done.verdict).toMatchObject({ passed: true, reasons: [{ rule: text, numbers: { look, level: 0.001 } }] });
  });

  test('tells the rules over the window that only warn', async () => {
    const finding = { rule: 'delay.mean.atMost', text: 'mean of delay: at most 20', value: '23.4' } as const;
    const contract = { partitions: 'objects/partitions', rows: { read: 10, quarantined: 0 }, validated: [] } as const;
    const counts = { total: 24, validated: 0, reused: 24 };
    const findings = [{ ...finding, severity: 'warn', outcome: 'broken' } as const];
    const record = { name: 'contract', key: 'k', seconds: 0, reused: false, inputs: {} } as const;
    stages.behave({ contract: async () => ({ output: { ...contract, counts, findings }, record }) });
    await retrain('warned', { pipeline: 'warned', asOf: '2001-03-15T12' });
    const told: Progress = await stories.client.workflow.getHandle('run/warned/2001-03-15T12').query(progress);
    expect(told.lines[0]).toContain('0 rows in quarantine; warnings of the window: delay.mean.atMost (23.4), 0.0 s');
  });

  test('tells its run, and in Markdown where it stands', async () => {
    const handle = stories.client.workflow.getHandle('retrain/told');
    await retrain('told', { pipeline: 'told' });
    expect(await handle.query(runOf)).toBe('run/told/2001-03-15T12');
    expect(await detailsOf(handle)).toMatch(/^Run `told\/2001-03-15T12\/1` ended \*\*judged\*\*/);
    const run = stories.client.workflow.getHandle('run/told/2001-03-15T12');
    const told: Progress = await run.query(progress);
    expect(told.now).toMatch(/^judged: /);
    expect(told.lines[0]).toBe('contract: 1000 rows in 24 partitions, 1 validated now, 4 rows in quarantine, 0.5 s');
    const details = await detailsOf(run);
    expect(details).toMatch(/^### told as of 2001-03-15T12\n\n- contract: /);
    expect(details).toContain('# Scorecard of 2001-03-15T12: passed');
    expect(details).toContain('| metric |');
  });

  test.each([
    [null, 'an object'],
    ['text', 'an object'],
    [{}, "'pipeline'"],
    [{ pipeline: 7 }, '7'],
    [{ pipeline: 'a', hour: '2001-03-15T12' }, "a field 'hour'"],
    [{ pipeline: 'a', asOf: '2001-03-15T12:30:00Z' }, 'a whole hour'],
    [{ pipeline: 'a', asOf: '2001-03-15T12', replay: 7 }, "'replay'"],
  ])('refuses %j at once, and tells what to send', async (input, told) => {
    const failure = await rootOf(retrain('refused', input));
    expect(failure).toMatchObject({ type: 'input.invalid', nonRetryable: true });
    expect(failure.message).toContain(told);
    expect(failure.message).toMatch(/Send for example \{"pipeline"|such as 2001-03-15T12/);
    expect(stages.calls).toEqual([]);
  });

  test('without new data is skipped, with a record that says why', async () => {
    const skip = 'no new data: 2001-03-15T12 was judged by run quiet/2001-03-15T12/1';
    stages.behave({
      resolve: async ({ input }) => ({ planId: 'p', plan: storyPlan(input.pipeline), asOf: '2001-03-15T12', skip }),
    });
    const record = await retrain('quiet', { pipeline: 'quiet' });
    expect(record).toMatchObject({ status: 'skipped', why: skip, stages: [] });
    expect(stages.names()).toEqual(['resolve', 'admitRetrain', 'recordRun']);
  });

  test('of one hour, asked for twice at the same time, is one run that both get', async () => {
    const { promise: frozen, resolve: freeze } = Promise.withResolvers<void>();
    stages.behave({
      async snapshot() {
        await frozen;
        return {
          output: { id: 's', rows: 1 },
          record: { name: 'snapshot', key: 'k', seconds: 0, reused: true, inputs: {} },
        };
      },
    });
    const input = { pipeline: 'shared', asOf: '2001-03-15T12' };
    const both = [retrain('shared/1', input), retrain('shared/2', input)];
    await vi.waitUntil(() => stages.names().includes('awaitRun') && stages.names().includes('snapshot'), soon);
    freeze();
    const [one, other] = await Promise.all(both);
    expect(one).toEqual(other);
    expect(stages.inputsOf('contract')).toHaveLength(1);
    const runs = await histories('WorkflowId = "run/shared/2001-03-15T12"');
    expect(runs).toHaveLength(1);
  });

  test('that joins a run which fails, fails with the same', async () => {
    const { promise: broken, resolve: breakIt } = Promise.withResolvers<void>();
    stages.behave({
      async snapshot() {
        await broken;
        throw new TypeError('nothing is there');
      },
    });
    const input = { pipeline: 'both-fail', asOf: '2001-03-15T12' };
    const both = [rootOf(retrain('both-fail/1', input)), rootOf(retrain('both-fail/2', input))];
    await vi.waitUntil(() => stages.names().includes('awaitRun') && stages.names().includes('snapshot'), soon);
    breakIt();
    const [one, other] = await Promise.all(both);
    expect([one?.type, other?.type]).toEqual(['defect', 'defect']);
    expect(one?.message).toBe(other?.message);
    expect(stages.inputsOf('awaitRun')).toHaveLength(1);
  });
});

describe('refresh', () => {
  const refresh = (pipeline: string, input: object = { pipeline }): Promise<RunRecord> =>
    stories.client.workflow.execute('refresh', {
      ...{ workflowId: `refresh/${pipeline}`, taskQueue: pipelineQueue, args: [input] },
    });

  test('freezes the window, counts the tables, and submits the weights of the champion with them', async () => {
    const record = await refresh('renewed');
    expect(stages.names()).toEqual([
      ...['resolveRefresh', 'contract', 'snapshot', 'refreshPackage', 'submit', 'recordRun'],
    ]);
    expect(record).toMatchObject({
      ...{ status: 'refreshed', refreshes: 3, version: 1, asOf: '2001-03-15T13' },
      why: 'refreshed from version 3: the tables of 2001-03-15T13 with the weights of version 3',
    });
    expect(record.stages.map(({ name }) => name)).toEqual(['contract', 'snapshot', 'package', 'register']);
    expect(stages.inputsOf('refreshPackage')).toMatchObject([
      { package: 'objects/digest-1', snapshot: 'snapshot-1', refresh: { of: 3, weights: 3 } },
    ]);
    expect(stages.inputsOf('submit')[0]?.candidate).toMatchObject({
      ...{ package: 'objects/refreshed', digest: 'digest-refreshed', refresh: { of: 3, weights: 3 } },
      ...{ asOf: '2001-03-15T13', scorecard: 'objects/scorecard', verdict: { passed: true } },
    });
  });

  test('is skipped where the tables come out the same, with a record that says so', async () => {
    const record = { name: 'package', key: 'k', seconds: 0, reused: false, inputs: {} } as const;
    stages.behave({ refreshPackage: async () => ({ output: null, record }) });
    expect(await refresh('unchanged')).toMatchObject({
      ...{ status: 'skipped', refreshes: 3, why: 'no new labels settled since 2001-03-15T12' },
    });
    expect(stages.names()).not.toContain('submit');
  });

  test('is skipped before anything is read where there is nothing to refresh', async () => {
    const [plan, skip] = [storyPlan('bare'), 'no version answers yet: retrain first'];
    stages.behave({
      resolveRefresh: async () => ({ planId: 'p', plan, asOf: '2001-03-15T12', champion: null, skip }),
    });
    expect(await refresh('bare')).toMatchObject({ status: 'skipped', refreshes: null, why: skip, stages: [] });
    expect(stages.names()).toEqual(['resolveRefresh', 'recordRun']);
  });

  test('keeps that it was a refresh where the data is refused', async () => {
    const bad = new WhetError('quarantine.over-budget', { expected: 'at most 1 %', came: '12 %' });
    stages.behave({ contract: () => Promise.reject(bad) });
    expect(await refresh('bad')).toMatchObject({ status: 'rejected', refreshes: 3, error: { code: bad.code } });
  });
});

describe('run, where much is new', () => {
  const open = { kind: 'partitions', list: 'list-1', batches: 70, text: '4282 partitions' } as const;
  const answered = async () => ({
    output: {
      partitions: 'objects/partitions',
      rows: { read: 1_000, quarantined: 4 },
      counts: { total: 24, validated: 24, reused: 0 },
      validated: ['2001-03-15T11'],
    },
    record: { name: 'contract', key: 'k', seconds: 0.5, reused: false, inputs: {} } as const,
  });

  test('shares it, some batches at a time, tells how far it is, and asks again with the list', async () => {
    const { promise: first, resolve: end } = Promise.withResolvers<number>();
    stages.behave({
      contract: async ({ done = [] }) => (done.length === 0 ? { open } : answered()),
      validateBatch: ({ at }) => (at === 0 ? first : Promise.resolve(12)),
    });
    const retraining = retrain('shared-work', { pipeline: 'shared-work', asOf: '2001-03-15T12' });
    const handle = stories.client.workflow.getHandle('run/shared-work/2001-03-15T12');
    await vi.waitUntil(() => stages.inputsOf('validateBatch').length === 70, soon);
    await vi.waitUntil(async () => (await handle.query<Progress>(progress)).now.includes('69 of'), soon);
    expect((await handle.query<Progress>(progress)).now).toBe('contract: validating 4282 partitions: 69 of 70 batches');
    end(12);
    const record = await retraining;
    expect(record.status).toBe('judged');
    expect(record.stages[0]?.seconds).toBeGreaterThan(0.5);
    expect(stages.inputsOf('contract').map(({ done }) => done)).toEqual([[], ['list-1']]);
    const batches = stages.inputsOf('validateBatch');
    expect(new Set(batches.map(({ list }) => list))).toEqual(new Set(['list-1']));
    expect(batches.map(({ at }) => at).sort((a, b) => a - b)).toEqual(Array.from({ length: 70 }, (_, at) => at));
  });

  test('asks again after a batch of a source that changed, which is not tried again', async () => {
    stages.behave({
      contract: async ({ done = [] }) => (done.length === 0 ? { open: { ...open, batches: 2 } } : answered()),
      validateBatch: () => {
        throw new WhetError('source.changed', { expected: '10 rows', came: '11 rows' });
      },
    });
    const record = await retrain('changing', { pipeline: 'changing', asOf: '2001-03-15T12' });
    expect(record.status).toBe('judged');
    expect(stages.inputsOf('validateBatch')).toHaveLength(2);
  });

  test('is rejected by what a batch finds bad', async () => {
    stages.behave({
      contract: async ({ done = [] }) => (done.length === 0 ? { open: { ...open, batches: 2 } } : answered()),
      validateBatch: () => {
        throw new WhetError('source.unreadable', { expected: 'a source', came: 'nothing there' });
      },
    });
    const record = await retrain('unreadable', { pipeline: 'unreadable', asOf: '2001-03-15T12' });
    expect(record).toMatchObject({ status: 'rejected', error: { code: 'source.unreadable' }, stages: [] });
    expect(stages.inputsOf('contract')).toHaveLength(1);
  });
});

describe('watch', () => {
  const watch = (id: string, input: object): Promise<Watched> =>
    stories.client.workflow.execute('watch', { taskQueue: pipelineQueue, workflowId: `watch/${id}`, args: [input] });
  const trigger = { kind: 'decay', why: 'auc 0.61, 0.7 on the scorecard' } as const;
  const due = (entry: number) => ({ id: `notify/seen/${entry}/ops/ab`, pipeline: 'seen', entry, receiver: 'ops' });

  test('looks, sees that each receiver is told, and retrains for what the look found, once', async () => {
    stages.behave({
      look: async ({ pipeline }) => stages.usual().look({ pipeline, atMs: 0 }),
      raiseAlerts: async () => [due(1), due(2)],
      considerRetrain: async (given) => ({ ...(await stages.usual().considerRetrain(given)), outcome: 'run', trigger }),
    });
    const watched = await watch('seen', { pipeline: 'seen' });
    const at = '1970-01-01T00:00:00.000Z';
    const key = lookKey('seen', at);
    expect(watched).toMatchObject({ look: key, notices: [due(1).id, due(2).id], counts: { off: 1, fine: 1 } });
    expect(stages.inputsOf('considerRetrain')).toEqual([{ pipeline: 'seen', look: key }]);
    const retraining = stories.client.workflow.getHandle<() => Promise<RunRecord>>(`retrain/seen/look/${at}`);
    expect((await retraining.result()).status).toBe('judged');
    expect(stages.inputsOf('admitRetrain')[0]?.trigger).toEqual(trigger);
    await vi.waitUntil(() => stages.inputsOf('tell').length === 2, soon);
    // A look that is judged again, for its first workflow was lost, starts nothing twice.
    await watch('seen-again', { pipeline: 'seen' });
    expect(stages.inputsOf('admitRetrain')).toHaveLength(1);
  });

  test('is refused what is no pipeline', async () => {
    const refused = watch('wrong', { pipeline: 'seen', asOf: '2001-03-15T12' });
    await expect(refused).rejects.toMatchObject({ cause: { type: 'input.invalid' } });
  });
});

describe('register', () => {
  const model = 'a'.repeat(64);
  const register = (name: string, input: object): Promise<RunRecord> =>
    stories.client.workflow.execute('register', {
      taskQueue: pipelineQueue,
      workflowId: `register/${name}`,
      args: [input],
    });

  test('judges a model of the user as any candidate, on the matrix of a run, and keeps a record', async () => {
    const record = await register('own', { pipeline: 'own', model, file: 'boosted.onnx', run: 'own/2001-03-15T12/3' });
    expect(stages.names()).toEqual(['ownBase', 'packageOwn', 'scorecard', 'submit', 'recordRun']);
    expect(stages.inputsOf('packageOwn')).toMatchObject([{ model, file: 'boosted.onnx', matrix: 'objects/matrix' }]);
    expect(stages.inputsOf('scorecard')).toMatchObject([{ package: 'objects/own-package', matrix: 'objects/matrix' }]);
    expect(record).toMatchObject({
      pipeline: 'own',
      asOf: '2001-03-15T12',
      status: 'judged',
      version: 1,
      model: { digest: 'digest-own' },
    });
    expect(record.stages.map(({ name }) => name)).toEqual(['package', 'scorecard', 'gate', 'register']);
  });

  test('of a model that cannot be used is rejected, and submits nothing', async () => {
    stages.behave({
      packageOwn: () => {
        throw new WhetError('model.not-usable', { expected: 'one input, float [rows, 5]', came: 'two inputs' });
      },
    });
    const record = await register('unusable', { pipeline: 'unusable', model, file: 'x.onnx' });
    expect(record).toMatchObject({ status: 'rejected', error: { code: 'model.not-usable' } });
    expect(stages.names()).toEqual(['ownBase', 'packageOwn', 'recordRun']);
  });

  test.each([
    ['without a model', { pipeline: 'p', file: 'x.onnx' }],
    ['with a field too many', { pipeline: 'p', model, file: 'x.onnx', force: true }],
  ])('%s is told what to send', async (name, input) => {
    await expect(register(name, input)).rejects.toMatchObject({
      cause: { message: expect.stringContaining('whet register flight-delays model.onnx') },
    });
  });
});

describe('run', () => {
  test('whose stage finds bad data is rejected, with code and message, and submits nothing', async () => {
    const message = 'quarantine.over-budget: expected at most 1 %, but came 12 %. Mend the source.';
    stages.behave({
      contract: () => {
        throw ApplicationFailure.create({ message, type: 'quarantine.over-budget', nonRetryable: true });
      },
    });
    const record = await retrain('bad-data', { pipeline: 'bad-data', asOf: '2001-03-15T12' });
    expect(record).toMatchObject({
      status: 'rejected',
      why: message,
      error: { code: 'quarantine.over-budget', message },
      stages: [],
    });
    expect(stages.names()).toEqual(['resolve', 'admitRetrain', 'contract', 'recordRun', 'endRetrain']);
  });

  test("rejects what its search's trials find bad, and keeps the stages that were done", async () => {
    stages.behave({
      trainTrials: () => {
        throw new WhetError('trial.no-rows', { expected: 'labelled rows', came: 'none' });
      },
    });
    const record = await retrain('no-rows', { pipeline: 'no-rows' });
    expect(record).toMatchObject({ status: 'rejected', error: { code: 'trial.no-rows' } });
    expect(record.stages.map(({ name }) => name)).toEqual(['contract', 'snapshot', 'features']);
  });

  test.each([
    ['a defect', new TypeError('x is not a function'), 'defect', 'TypeError: x is not a function'],
    ['an odd time', new RangeError('Invalid time value'), 'defect', 'RangeError: Invalid time value'],
    [
      'broken storage',
      new WhetError('storage.damaged', { expected: 'the bytes of objects/1', came: 'others' }),
      'storage.damaged',
      'the bytes of objects/1',
    ],
  ])('fails by %s, and leaves a record that says so', async (name, thrown, code, message) => {
    stages.behave({
      features: () => {
        throw thrown;
      },
    });
    const failure = await rootOf(retrain(name, { pipeline: 'failing', asOf: '2001-03-15T12' }));
    expect(failure.type).toBe(code);
    const [kept] = stages.inputsOf('recordRun');
    expect(kept?.record).toMatchObject({ status: 'failed', error: { code } });
    expect(kept?.record.why).toContain(message);
    expect(kept?.record.stages.map((stage) => stage.name)).toEqual(['contract', 'snapshot']);
    expect(stages.names()).not.toContain('submit');
  });

  test('that is cancelled leaves a record too', async () => {
    stages.behave({ contract: untilCancelled });
    const handle = await stories.client.workflow.start('run', {
      ...{ taskQueue: pipelineQueue, workflowId: 'run/cancelled' },
      args: [{ pipeline: 'cancelled', asOf: '2001-03-15T12', planId: 'p', plan: storyPlan('cancelled') }],
    });
    await vi.waitUntil(() => stages.names().includes('contract'), soon);
    await handle.cancel();
    await expect(handle.result()).rejects.toBeInstanceOf(WorkflowFailedError);
    expect(stages.inputsOf('recordRun')[0]?.record).toMatchObject({ status: 'failed', why: 'cancelled' });
    expect((await handle.describe()).status.name).toBe('CANCELLED');
  });
});

describe('score', () => {
  const score = (name: string, input: object): Promise<ScoringSummary> =>
    stories.client.workflow.execute('score', {
      ...{ taskQueue: pipelineQueue, workflowId: `score/${name}`, args: [input] },
    });
  const input = { pipeline: 'scored', in: 'in', out: 'out' };

  test('opens the files, then scores the partitions, batch by batch, and sums up', async () => {
    const summary = await score('summed', { ...input, version: 3 });
    const batches = [...Array(2).fill('openInputs'), 'scoring', ...Array(3).fill('scoreBatch'), 'scoring'];
    expect(stages.names()).toEqual(['openScoring', 'scoring', ...batches]);
    expect(stages.inputsOf('openScoring')).toEqual([{ input: { ...input, version: '3' } }]);
    const handed = stages.inputsOf('scoreBatch').map(({ list, at }) => [list, at]);
    expect(handed.sort()).toEqual([0, 1, 2].map((at) => ['list scores', at]));
    expect(stages.inputsOf('scoring').map(({ done }) => done?.length)).toEqual([0, 1, 2]);
    expect(summary).toMatchObject({ pipeline: 'scored', version: 3, partitions: 5, reused: 2, refused: 10 });
    expect(summary.rowsPerSecond).toBeCloseTo(3_000 / summary.seconds, 6);
    const { now, lines } = await stories.client.workflow.getHandle('score/summed').query(progress);
    expect([now, lines.length]).toEqual(['done', 3]);
    expect(lines.join('\n')).toMatch(
      /^version 3, .*\n4990 rows scored in 5 partitions, 2 of them reused.*\n10 rows refused/,
    );
  });

  test('refuses what it does not know with what to send, and ends with what an activity ended with', async () => {
    const noOut = await rootOf(score('no-out', { pipeline: 'scored', in: 'in' }));
    expect(noOut).toMatchObject({ type: 'input.invalid', message: expect.stringContaining('whet score') });
    const over = new WhetError('score.over-budget', { expected: 'at most 0.01 of the rows', came: '12' });
    stages.behave({ scoring: () => Promise.reject(over) });
    expect((await rootOf(score('over', input))).type).toBe('score.over-budget');
  });
});

const soon = { timeout: 20_000, interval: 20 };

function retrain(name: string, input: unknown): Promise<RunRecord> {
  const options = { taskQueue: pipelineQueue, workflowId: `retrain/${name}`, args: [input] };
  return stories.client.workflow.execute('retrain', options);
}

/** Works until it is told to end. */
async function untilCancelled(): Promise<never> {
  const beat = setInterval(() => heartbeat(), 20);
  return cancelled().finally(() => clearInterval(beat));
}

async function histories(query: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { runId } of stories.client.workflow.list({ query })) found.push(runId);
  return found;
}
