import { heartbeat, sleep } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { WhetError } from '../../core/errors.ts';
import type { ReleaseState } from '../../core/releaseMessages.ts';
import { usualAnalysis } from '../../core/rolloutPlan.ts';
import type { RolloutStanding } from '../../core/rolloutRules.ts';
import { pipelineQueue } from '../../core/taskQueues.ts';
import { sayToRelease } from '../../workers/sayToRelease.ts';
import type { ReleaseInput, release } from '../../workflows/release.ts';
import {
  approve,
  pause,
  promote,
  reference,
  reject,
  resume,
  rollback,
  state,
  submit,
} from '../../workflows/releaseWords.ts';
import { candidateOf, refreshOfVersion } from './candidateOf.ts';
import type { FakeStages } from './fakeStages.ts';
import { detailsOf, rootOf, type Stories, startStories } from './storyWorker.ts';

let stories: Stories;
let stages: FakeStages;

beforeAll(async () => {
  stories = await startStories();
  stages = stories.stages;
});
afterAll(() => stories.stop());
beforeEach(() => stages.reset());

const prepared: RolloutStanding = { done: ['a'], refused: {}, awaited: [] };

describe('release', () => {
  test('rolls a candidate out: registered, prepared, committed, applied', async () => {
    const entity = await open('plain');
    expect(await entity.submit('d1', '2001-03-15T12')).toBe(1);
    expect(await entity.last()).toMatchObject({ version: 1, event: 'promoted', outcome: 'live' });
    expect(stages.names().slice(0, 3)).toEqual(['openRelease', 'register', 'register']);
    expect(stages.names()).toEqual(expect.arrayContaining(['prepare', 'awaitPrepared', 'commit', 'awaitApplied']));
    const [committed] = stages.inputsOf('commit');
    expect(committed).toMatchObject({ version: 1, who: 'run plain/2001-03-15T12', why: 'the gate passed' });
    const details = await detailsOf(entity.handle);
    expect(details).toContain(
      '### Releases of plain\n\n- version 1 promoted: live, epoch 1 applied by 1 serving process',
    );
    expect(details).toContain('**waiting for a candidate or a word**');
    const rollout = stories.client.workflow.getHandle('rollout/plain/v1');
    expect(await detailsOf(rollout)).toMatch(/^### Version 1 of plain\n\n- prepared by 1 serving process/);
  });

  test('rejects what did not pass the gate, and leaves the champion alone', async () => {
    const entity = await open('weak');
    await entity.submit('d1', '2001-03-15T12', false);
    expect(stages.inputsOf('reject')).toMatchObject([
      { pipeline: 'weak', version: 1, who: 'run weak/2001-03-15T12', why: "the gate's verdict is failed" },
    ]);
    await entity.submit('d2', '2001-03-15T13');
    await entity.last();
    await entity.submit('d2', '2001-03-15T14');
    expect(stages.names().filter((name) => name === 'commit')).toHaveLength(1);
    expect(await detailsOf(entity.handle)).toContain('- version 2 answers already');
  });

  test('lets a newer candidate replace the one that waits while a rollout is under way', async () => {
    const entity = await open('replaced');
    const rollout = held();
    await entity.submit('d1', '2001-03-15T12');
    await rollout.begun();
    await entity.submit('d1', '2001-03-15T12');
    await entity.submit('d3', '2001-03-15T14');
    await entity.submit('d2', '2001-03-15T13');
    await entity.submit('d4', '2001-03-15T15');
    expect(await entity.state()).toMatchObject({ underway: { version: 1 }, waiting: { version: 4 } });
    rollout.end();
    await entity.settled(4);
    expect(stages.inputsOf('commit').map(({ version }) => version)).toEqual([1, 4]);
    expect(stages.inputsOf('reject').map(({ version, why }) => [version, why])).toEqual([
      [3, 'version 2, as of 2001-03-15T14, takes its place'],
      [2, 'version 4, as of 2001-03-15T15, takes its place'],
    ]);
  });

  test('puts a refresh in charge at once and after the candidate that waits, the newest of them', async () => {
    const entity = await open('refreshed');
    const rollout = held();
    await entity.submit('d1', '2001-03-15T12');
    await rollout.begun();
    await entity.refresh(1, 'r1', '2001-03-15T15');
    await entity.submit('d2', '2001-03-15T14');
    await entity.refresh(1, 'r2', '2001-03-15T16');
    expect(await entity.state()).toMatchObject({ waiting: { version: 3 }, refresh: { version: 4 } });
    rollout.end();
    await entity.settled(4);
    const told = stages.inputsOf('commit').map(({ version, why }) => [version, why]);
    expect(told).toEqual([
      [1, 'the gate passed'],
      [3, 'the gate passed'],
      [4, 'refreshed from version 1: the tables of 2001-03-15T16 with the weights of version 1'],
    ]);
    expect(stages.inputsOf('prepare').map(({ bySteps }) => bySteps)).toEqual([true, true, undefined]);
    expect(stages.inputsOf('reject')).toMatchObject([
      { version: 2, why: 'version 4, with tables of 2001-03-15T16, takes its place' },
    ]);
  });

  test('takes a rollback during a refresh for one of the weights, and goes back further', async () => {
    const entity = await open('gone-back');
    await entity.submit('d1', '2001-03-15T12');
    await entity.last();
    const rollout = held();
    stages.behave({ orderedVersion: async () => 7 });
    await entity.refresh(1, 'r1', '2001-03-15T15');
    await vi.waitUntil(async () => (await entity.state()).underway?.version === 2, soon);
    await vi.waitUntil(() => stages.inputsOf('awaitPrepared').length === 2, soon);
    stages.behave({ awaitPrepared: async () => prepared });
    await entity.handle.executeUpdate(rollback, { args: [{ who: 'ana', why: 'wrong answers' }] });
    expect(await entity.settled(7)).toMatchObject({ last: { event: 'rolled back', who: 'ana' } });
    rollout.end();
    expect(stages.inputsOf('commit').map(({ version }) => version)).toEqual([1, 7]);
  });

  test('asks again at its turn whether a candidate is still the one to promote', async () => {
    const entity = await open('overtaken');
    const rollout = held();
    await entity.submit('d1', '2001-03-15T13');
    await rollout.begun();
    await entity.submit('d2', '2001-03-15T12');
    expect((await entity.state()).waiting).toMatchObject({ version: 2 });
    rollout.end();
    await vi.waitUntil(() => stages.names().includes('reject'), soon);
    expect(stages.inputsOf('reject')).toMatchObject([{ version: 2, why: 'version 2 is older than the champion' }]);
    expect(stages.inputsOf('prepare').map(({ version }) => version)).toEqual([1]);
  });

  test('tells of a refused preparation, and goes on with the next', async () => {
    const entity = await open('refused');
    stages.behave({ awaitPrepared: async () => ({ done: [], refused: { a: 'golden rows differ' }, awaited: [] }) });
    await entity.submit('d1', '2001-03-15T12');
    const why = 'refused by a: golden rows differ';
    expect(await entity.last()).toMatchObject({ version: 1, outcome: 'failed', why });
    expect(stages.inputsOf('abandon')).toMatchObject([{ version: 1, who: 'run refused/2001-03-15T12', why }]);
    expect(stages.names()).not.toContain('commit');
    stages.behave({ awaitPrepared: async () => prepared });
    await entity.submit('d2', '2001-03-15T13');
    await entity.settled(2);
    expect(stages.inputsOf('commit').map(({ version }) => version)).toEqual([2]);
  });

  test('survives a rollout that ends in a defect, and even a ledger that cannot be told', async () => {
    const entity = await open('defect');
    const broken = () => {
      throw new WhetError('ledger.broken', { expected: 'entry 3', came: 'none' });
    };
    stages.behave({
      commit: () => {
        throw new TypeError('no such thing');
      },
    });
    await entity.submit('d1', '2001-03-15T12');
    const why = 'the rollout ended: TypeError: no such thing';
    expect(await entity.last()).toMatchObject({ version: 1, outcome: 'failed', why });
    expect(stages.inputsOf('abandon')).toMatchObject([{ version: 1, why }]);
    stages.behave({ commit: broken, abandon: broken });
    await entity.submit('d2', '2001-03-15T13');
    await entity.settled(2);
    expect(await detailsOf(entity.handle)).toContain('the ledger does not tell of it: ledger.broken');
    stages.reset();
    await entity.submit('d3', '2001-03-15T14');
    await entity.settled(1);
    expect((await entity.state()).last).toMatchObject({ outcome: 'live' });
  });

  test('survives someone who ends its rollout by hand', async () => {
    const entity = await open('ended');
    const rollout = held();
    await entity.submit('d1', '2001-03-15T12');
    await rollout.begun();
    await stories.client.workflow.getHandle('rollout/ended/v1').terminate('by hand');
    expect(await entity.last()).toMatchObject({ version: 1, outcome: 'failed' });
    rollout.end();
    expect((await entity.handle.describe()).status.name).toBe('RUNNING');
  });
});

describe("a person's word", () => {
  test('promotes, rolls back, rejects and moves the reference, with who and why', async () => {
    const { handle, settled } = await open('words');
    const word = { who: 'ana', why: 'checked by hand' };
    expect(await handle.executeUpdate(promote, { args: [{ version: 3, ...word }] })).toEqual({ version: 3 });
    await settled(3);
    expect(await handle.executeUpdate(rollback, { args: [undefined] })).toEqual({ version: 1 });
    await settled(1);
    expect(await handle.executeUpdate(reject, { args: [{ version: 3, ...word }] })).toEqual({ version: 3 });
    expect(stages.inputsOf('commit')).toMatchObject([
      { version: 3, event: 'promoted', ...word },
      { version: 1, event: 'rolled back', who: 'a person', why: 'no reason given' },
    ]);
    expect(await handle.executeUpdate(reference, { args: [{ version: 2, ...word }] })).toEqual({ version: 2 });
    expect(stages.inputsOf('reject')).toMatchObject([{ version: 3, ...word }]);
    expect(stages.inputsOf('makeReference')).toMatchObject([{ version: 2, ...word }]);
    expect(stages.inputsOf('orderedVersion').map(({ version }) => version)).toEqual([3, null]);
    expect(stages.inputsOf('knownVersion').map(({ version }) => version)).toEqual([3, 2]);
  });

  test('goes before a candidate that waits, and the last word counts', async () => {
    const entity = await open('order');
    const rollout = held();
    await entity.submit('d1', '2001-03-15T12');
    await rollout.begun();
    await entity.handle.executeUpdate(promote, { args: [{ version: 7, who: 'ben' }] });
    await entity.handle.executeUpdate(promote, { args: [{ version: 9, who: 'ana' }] });
    await entity.submit('d2', '2001-03-15T13');
    expect(await entity.state()).toMatchObject({ ordered: { version: 9, who: 'ana' }, waiting: { version: 2 } });
    rollout.end();
    await entity.settled(2);
    expect(stages.inputsOf('commit').map(({ version }) => version)).toEqual([1, 9, 2]);
  });

  test('takes a version out that waits, and stops one that is being rolled out', async () => {
    const entity = await open('taken-out');
    const rollout = held();
    await entity.submit('d1', '2001-03-15T12');
    await rollout.begun();
    await entity.submit('d2', '2001-03-15T13');
    await entity.handle.executeUpdate(reject, { args: [{ version: 2, who: 'ana', why: 'a bad day' }] });
    expect((await entity.state()).waiting).toBeNull();
    await entity.handle.executeUpdate(reject, { args: [{ version: 1, who: 'ana', why: 'as bad' }] });
    expect(await entity.last()).toMatchObject({ version: 1, outcome: 'failed', why: 'stopped: as bad' });
    expect(stages.inputsOf('reject').map(({ version }) => version)).toEqual([2, 1]);
    expect(stages.inputsOf('prepare').map(({ version }) => version)).toEqual([1]);
    rollout.end();
  });

  test('to go back stops the rollout under way, and is all that it does then', async () => {
    const entity = await open('stopped');
    const rollout = held();
    await entity.submit('d1', '2001-03-15T12');
    await rollout.begun();
    const word = { who: 'ana', why: 'complaints' };
    expect(await entity.handle.executeUpdate(rollback, { args: [word] })).toEqual({ version: 1 });
    expect(await entity.last()).toMatchObject({ version: 1, outcome: 'failed', why: 'stopped: complaints' });
    expect(stages.inputsOf('abandon')).toMatchObject([{ version: 1, who: 'ana', why: 'stopped: complaints' }]);
    expect(stages.names()).not.toContain('commit');
    rollout.end();
  });

  test('to go back takes a version back that answers already, in the hold of its rollout', async () => {
    const entity = await open('held');
    const hold = { kind: 'hold', weight: 1, forMs: 60_000, requests: 0 } as const;
    stages.behave({
      prepare: async () => ({ champion: 8, steps: [hold], analysis: usualAnalysis, atOnce: null }),
      async watchStep() {
        for (;;) {
          heartbeat();
          await sleep(20);
        }
      },
    });
    await entity.submit('d1', '2001-03-15T12');
    await vi.waitUntil(() => stages.names().includes('watchStep'), soon);
    stages.behave({ orderedVersion: async () => 8, prepare: stages.usual().prepare });
    await entity.handle.executeUpdate(rollback, { args: [{ who: 'ana', why: 'complaints' }] });
    await entity.settled(8);
    expect(stages.inputsOf('commit').map(({ event, version, who }) => [event, version, who])).toEqual([
      ['promoted', 1, 'run held/2001-03-15T12'],
      ['rolled back', 8, 'ana'],
    ]);
    expect(stages.names()).not.toContain('abandon');
  });

  test('to go back to a version stops the rollout under way first', async () => {
    const entity = await open('stopped-for');
    const rollout = held();
    await entity.submit('d1', '2001-03-15T12');
    await rollout.begun();
    stages.behave({ awaitPrepared: async () => prepared });
    await entity.handle.executeUpdate(rollback, { args: [{ version: 9, who: 'ana', why: 'complaints' }] });
    await entity.settled(9);
    rollout.end();
    expect(stages.inputsOf('commit')).toMatchObject([{ version: 9, event: 'rolled back', who: 'ana' }]);
    expect(stages.inputsOf('abandon')).toMatchObject([{ version: 1, who: 'ana' }]);
  });

  test.each([
    ['promote', null, 'an object'],
    ['promote', {}, "'version', but came nothing"],
    ['promote', { version: 'three' }, '"three"'],
    ['reject', 'text', '"text"'],
    ['reference', {}, "'version', but came nothing"],
    ['rollback', { version: 0 }, '0'],
    ['rollback', { versoin: 2 }, '"versoin"'],
    ['rollback', { who: 7 }, "a text in 'who'"],
    ['approve', { version: 3, who: 'ana', why: 'fine' }, "a text in 'role', but came nothing"],
    ['approve', { version: 3, who: ' ', role: 'risk', why: 'fine' }, "a text in 'who'"],
    ['approve', { version: 3, who: 'ana', role: 'risk', why: 'fine', anew: 'yes' }, "true or false in 'anew'"],
    ['approve', { version: 3, who: 'ana', role: 'risk', why: 'fine', digest: 7 }, "a text in 'digest'"],
    ['traffic', {}, "an object with 'traffic'"],
    ['pause', { version: 3 }, '"version"'],
    ['resume', 'now', '"now"'],
    ['submit', { pipeline: 'another' }, "'refusing'"],
    ['submit', { pipeline: 'refusing', candidate: 7 }, '7'],
  ])('that is no word is refused: %s %j', async (name, input, told) => {
    const { handle } = await open('refusing');
    const failure = await rootOf(handle.executeUpdate<unknown, [unknown]>(name, { args: [input] }));
    expect(failure).toMatchObject({ type: 'input.invalid', message: expect.stringContaining(told) });
    expect(failure.message).toMatch(/Send for example \{"(version": 3|who": "ana")|Candidates come from runs/);
    expect(stages.names().filter((called) => called !== 'openRelease')).toEqual([]);
  });

  test('on a version that does not exist fails with what the activity says, and nothing waits', async () => {
    const entity = await open('unknown');
    stages.behave({
      orderedVersion: () => {
        throw new WhetError('version.unknown', { expected: 'a version', came: "'9'" });
      },
    });
    const failure = await rootOf(entity.handle.executeUpdate(promote, { args: [{ version: 9 }] }));
    expect(failure.type).toBe('version.unknown');
    expect(await entity.state()).toMatchObject({ ordered: null, waiting: null, underway: null });
  });
});

describe('a candidate that needs approvals', () => {
  const missing = [{ role: 'risk', count: 1 }];
  const word = { version: 1, who: 'ana', role: 'risk', why: 'looks right' };

  test('waits for them, and goes when the last one comes', async () => {
    const entity = await open('approved');
    stages.behave({ register: async () => ({ version: 1, hindrance: null, isChampion: false, missing }) });
    await entity.submit('d1', '2001-03-15T12');
    await vi.waitUntil(async () => (await detailsOf(entity.handle)).includes('approvals: 1 of risk**'), soon);
    expect(await entity.state()).toMatchObject({ underway: null, waiting: { version: 1, missing } });
    stages.behave({ register: async () => ({ version: 1, hindrance: null, isChampion: false, missing: [] }) });
    expect(await entity.handle.executeUpdate(approve, { args: [word] })).toEqual({ version: 1 });
    await entity.settled(1);
    expect(stages.inputsOf('approve')).toMatchObject([{ pipeline: 'approved', ...word }]);
    expect(stages.inputsOf('commit')).toMatchObject([{ version: 1, event: 'promoted' }]);
  });

  test('waits on where one has expired by its turn', async () => {
    const entity = await open('expired');
    stages.behave({ register: async () => ({ version: 1, hindrance: null, isChampion: false, missing }) });
    await entity.submit('d1', '2001-03-15T12');
    await entity.handle.executeUpdate(approve, { args: [word] });
    await vi.waitUntil(() => stages.names().filter((name) => name === 'register').length === 2, soon);
    await vi.waitUntil(async () => (await entity.state()).underway === null, soon);
    expect((await entity.state()).waiting).toMatchObject({ version: 1, missing });
    expect(stages.names()).not.toContain('prepare');
  });

  test('is approved by a signal too, and a refused signal is told and ends nothing', async () => {
    const entity = await open('signalled');
    stages.behave({
      approve: () => {
        throw new WhetError('approval.twice', { expected: 'one approval', came: 'a second' });
      },
    });
    await entity.handle.signal('approve', { version: 1 });
    await entity.handle.signal('approve', word);
    await vi.waitUntil(async () => (await detailsOf(entity.handle)).includes('approve refused: approval.twice'), soon);
    expect(await detailsOf(entity.handle)).toContain("approve refused: input.invalid: expected a text in 'who'");
    stages.behave({ approve: async () => ({ missing: [] }) });
    await entity.handle.signal('approve', word);
    await vi.waitUntil(
      async () => (await detailsOf(entity.handle)).includes('approved as risk by ana: looks right'),
      soon,
    );
  });
});

describe('a pause', () => {
  const word = { who: 'ana', why: 'the shop is on sale' };

  test('lets candidates wait and refuses a promotion, but not a rollback, until it ends', async () => {
    const entity = await open('paused');
    expect(await entity.handle.executeUpdate(pause, { args: [word] })).toEqual({ version: null });
    await entity.submit('d1', '2001-03-15T12');
    await entity.submit('d2', '2001-03-15T13');
    expect(await entity.state()).toMatchObject({ paused: word, waiting: { version: 2 }, underway: null });
    const refusal = await rootOf(entity.handle.executeUpdate(promote, { args: [{ version: 1 }] }));
    expect(refusal).toMatchObject({ type: 'release.paused', message: expect.stringContaining('the shop is on sale') });
    await entity.handle.executeUpdate(rollback, { args: [{ version: 7 }] });
    await vi.waitUntil(async () => (await entity.state()).last?.version === 7, soon);
    expect(await detailsOf(entity.handle)).toContain('**paused by ana: the shop is on sale**');
    await entity.handle.executeUpdate(resume, { args: [undefined] });
    await entity.settled(2);
    expect(stages.inputsOf('commit').map(({ version }) => version)).toEqual([7, 2]);
    expect(stages.inputsOf('setPaused')).toMatchObject([
      { kind: 'paused', ...word },
      { kind: 'resumed', who: 'a person' },
    ]);
  });

  test('and a candidate that waits are taken up from the ledger by a release that knows nothing', async () => {
    const candidate = candidateOf('anew', 'd3', '2001-03-15T12');
    const paused = { ...word, at: '2001-03-15T12:00:00.000Z' };
    stages.behave({ openRelease: async () => ({ paused, waiting: { version: 3, candidate } }) });
    const entity = await open('anew');
    await vi.waitUntil(async () => (await entity.state()).paused !== null, soon);
    expect(await entity.state()).toMatchObject({ paused, waiting: { version: 3 } });
    await entity.handle.executeUpdate(resume, { args: [word] });
    await vi.waitUntil(() => stages.inputsOf('commit').length === 1, soon);
  });

  test('that starts a release comes before what the ledger left to it', async () => {
    const candidate = candidateOf('first', 'd3', '2001-03-15T12');
    stages.behave({ openRelease: async () => ({ paused: null, waiting: { version: 3, candidate } }) });
    expect(await sayToRelease(stories.client, 'first', 'pause', word)).toEqual({ version: null });
    const { handle, state: now } = await open('first');
    await handle.executeUpdate(pause, { args: [word] });
    expect(await now()).toMatchObject({ paused: word, waiting: { version: 3 }, underway: null });
  });

  test('is told to the rollout under way, as its end is', async () => {
    const entity = await open('told');
    const rollout = held();
    await entity.submit('d1', '2001-03-15T12');
    await rollout.begun();
    await entity.handle.executeUpdate(pause, { args: [word] });
    await entity.handle.executeUpdate(resume, { args: [word] });
    const child = stories.client.workflow.getHandle('rollout/told/v1');
    const signals = async () => {
      const { events = [] } = await child.fetchHistory();
      return (events ?? []).flatMap((event) => event.workflowExecutionSignaledEventAttributes?.signalName ?? []);
    };
    expect(await signals()).toEqual(['pause', 'resume']);
    rollout.end();
    await entity.settled(1);
  });
});

describe('a long life', () => {
  test('continues as new without losing a candidate, a word, or an answer', async () => {
    const entity = await open('long', { messagesPerHistory: 3 });
    const [first] = await entity.runs();
    const rollout = held();
    await entity.submit('d1', '2001-03-15T12');
    await rollout.begun();
    await entity.handle.executeUpdate(promote, { args: [{ version: 9, who: 'ana' }], updateId: 'word' });
    await entity.submit('d2', '2001-03-15T13');
    rollout.end();
    await entity.settled(2);
    expect(stages.inputsOf('commit').map(({ version }) => version)).toEqual([1, 9, 2]);
    const last = await entity.runs();
    expect(last).not.toContain(first);
    const again = await entity.handle.executeUpdate(promote, { args: [{ version: 9 }], updateId: 'word' });
    expect(again).toEqual({ version: 9 });
    expect(stages.inputsOf('orderedVersion')).toHaveLength(1);
    expect((await entity.state()).last).toMatchObject({ version: 2, outcome: 'live' });
  });

  test('answers every message of a crowd, over many histories', async () => {
    const entity = await open('crowd', { messagesPerHistory: 5 });
    const days = Array.from({ length: 23 }, (_, day) => `2001-03-${String(day + 1).padStart(2, '0')}T12`);
    await Promise.all(days.map((asOf, day) => entity.submit(`d${day}`, asOf)));
    await entity.newest(days.at(-1) ?? '');
    const decided = [...stages.inputsOf('commit'), ...stages.inputsOf('reject')].map(({ version }) => version);
    expect(new Set(decided).size).toBe(23);
    expect(decided).toHaveLength(23);
  });
});

const soon = { timeout: 20_000, interval: 20 };

async function open(pipeline: string, changes: Partial<ReleaseInput> = {}) {
  const handle: WorkflowHandle<typeof release> = await stories.client.workflow.start('release', {
    ...{ taskQueue: pipelineQueue, workflowId: `release/${pipeline}`, workflowIdConflictPolicy: 'USE_EXISTING' },
    args: [{ pipeline, ...changes }],
  });
  const now = (): Promise<ReleaseState> => handle.query(state);
  const idle = async (isDone: (now: ReleaseState) => boolean): Promise<ReleaseState> => {
    const settled = async () => {
      const found = await now();
      const isIdle = found.underway === null && found.ordered === null && found.waiting === null;
      return isIdle && isDone(found) ? found : undefined;
    };
    return vi.waitUntil(settled, soon) as Promise<ReleaseState>;
  };
  return {
    handle,
    state: now,
    submit: async (digest: string, asOf: string, passed = true): Promise<number | null> => {
      const input = { pipeline, candidate: candidateOf(pipeline, digest, asOf, passed) };
      return (await handle.executeUpdate(submit, { args: [input] })).version;
    },
    refresh: async (of: number, digest: string, asOf: string): Promise<number | null> => {
      const input = { pipeline, candidate: refreshOfVersion(pipeline, of, digest, asOf) };
      return (await handle.executeUpdate(submit, { args: [input] })).version;
    },
    /** The outcome of the last rollout, once nothing is under way and nothing waits. */
    last: async () => (await idle(({ last }) => last !== null)).last,
    settled: (version: number) => idle(({ last }) => last?.version === version),
    newest: (asOf: string) => idle(({ last }) => last?.who === `run ${pipeline}/${asOf}`),
    runs: async () => [(await handle.describe()).runId],
  };
}

/** Holds the next rollout in its preparation until it is told to end. */
function held(): { begun(): Promise<unknown>; end(): void } {
  const { promise, resolve } = Promise.withResolvers<RolloutStanding>();
  stages.behave({
    async awaitPrepared() {
      const beat = setInterval(() => heartbeat(), 20);
      return promise.finally(() => clearInterval(beat));
    },
  });
  return {
    begun: () => vi.waitUntil(() => stages.names().includes('awaitPrepared'), soon),
    end: () => resolve(prepared),
  };
}
