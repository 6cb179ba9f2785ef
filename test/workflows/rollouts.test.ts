import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { RolloutCourse } from '../../activities/rollout.ts';
import type { RolloutRequest } from '../../core/releaseMessages.ts';
import type { StepOutcome, StepVerdict } from '../../core/rolloutAnalysis.ts';
import { usualAnalysis } from '../../core/rolloutPlan.ts';
import { rolloutSteps } from '../../core/rolloutSteps.ts';
import { pipelineQueue } from '../../core/taskQueues.ts';
import { appendLedger } from '../../registry/ledger.ts';
import { registerVersion } from '../../registry/versions.ts';
import { localDisk } from '../../storage/localDisk.ts';
import { releaseDecision } from '../../workers/releaseDecision.ts';
import type { rollout } from '../../workflows/rollout.ts';
import { pauseRollout, resumeRollout } from '../../workflows/rolloutSignals.ts';
import { candidateOf } from './candidateOf.ts';
import type { FakeStages } from './fakeStages.ts';
import { detailsOf, type Stories, startStories } from './storyWorker.ts';

let stories: Stories;
let stages: FakeStages;

beforeAll(async () => {
  stories = await startStories();
  stages = stories.stages;
});
afterAll(() => stories.stop());
beforeEach(() => stages.reset());

test('goes through shadow, canary and hold, each with an epoch of its own that is applied, naming who is missing', async () => {
  by({ shadowMs: 10, canary: [{ weight: 0.05, forMs: 10 }], holdMs: 10 });
  stages.behave({ awaitApplied: async () => ({ done: ['a', 'b'], refused: {}, awaited: ['c'] }) });
  const handle = await started('stepped');
  expect(await handle.result()).toMatchObject({ outcome: 'live' });
  expect(changes()).toEqual([
    ['traffic changed', 2, 'shadow for 10 milliseconds'],
    ['traffic changed', 2, 'canary of 5 % for 10 milliseconds'],
    ['promoted', 2, 'the gate passed'],
    ['traffic changed', 2, 'the hold is over'],
  ]);
  expect(stages.inputsOf('awaitApplied').map(({ epoch, beside }) => [epoch, beside])).toEqual([
    ...[
      [2, 2],
      [3, 2],
      [4, 1],
      [5, null],
    ],
  ]);
  expect(stages.inputsOf('commit')[2]).toMatchObject({ who: 'run r', step: { kind: 'hold' }, rival: 1 });
  for (const { alpha } of stages.inputsOf('watchStep')) expect(alpha).toBeCloseTo(usualAnalysis.falseAlarms / 3);
  const details = await detailsOf(handle);
  expect(details).toContain('- canary of 5 % for 10 milliseconds: epoch 3 applied by 2 serving processes, without c');
  expect(details).toContain('- canary of 5 % for 10 milliseconds: pass');
  expect(details).toContain('| errors | pass | none |');
});

test('starts the pipelines that are trained after it, once each, which go on by themselves', async () => {
  const replay = { from: '2001-03-15T12', startedAt: '2026-03-15T12:00:00Z', hourLastsMs: null };
  by({});
  stages.behave({ commit: async () => ({ epoch: 7, after: ['follower'], replay }) });
  expect(await (await started('followed')).result()).toMatchObject({ outcome: 'live' });
  const run = stories.client.workflow.getHandle('retrain/follower/after/followed/epoch-7');
  const trigger = { kind: 'upstream', why: 'followed promoted version 2' };
  expect(await run.result()).toMatchObject({ status: 'judged', pipeline: 'follower', trigger });
  expect(stages.inputsOf('resolve').at(-1)).toMatchObject({ input: { pipeline: 'follower', replay } });
});

test('gives the requests back at once, and the reason to the ledger, where a canary fails', async () => {
  by({ canary: [{ weight: 0.05, forMs: 60_000 }] });
  judging('fail');
  const why = 'canary of 5 % for 1 minute: errors: none';
  expect(await (await started('failing')).result()).toEqual({ outcome: 'failed', why });
  expect(changes().at(-1)).toEqual(['rollout failed', 2, why]);
  expect(stages.inputsOf('commit').at(-1)?.who).toBe('rollout of version 2');
  expect(stages.names().at(-1)).toBe('awaitApplied');
});

test('fails where a serving process cannot load the version beside the champion', async () => {
  by({ canary: [{ weight: 0.05, forMs: 60_000 }] });
  stages.behave({ awaitApplied: async () => ({ done: ['a'], refused: { b: 'no memory' }, awaited: [] }) });
  const why = 'canary of 5 % for 1 minute: refused by b: no memory';
  expect(await (await started('refused')).result()).toEqual({ outcome: 'failed', why });
  expect(changes().at(-1)).toEqual(['rollout failed', 2, why]);
});

test('goes back to the version before where the hold fails', async () => {
  by({ holdMs: 60_000 });
  judging('fail');
  expect(await (await started('held')).result()).toMatchObject({ outcome: 'failed' });
  expect(changes().map(([event, version]) => [event, version])).toEqual([
    ['promoted', 2],
    ['rolled back', 1],
  ]);
});

test('waits for requests beyond a step and ends inconclusive, or goes on when they come', async () => {
  by({ canary: [{ weight: 0.05, forMs: 10 }] }, { waitMs: 100 });
  judging('inconclusive');
  const handle = await started('waiting');
  expect(await handle.result()).toEqual({
    outcome: 'inconclusive',
    why: 'canary of 5 % for 10 milliseconds: 7 requests',
  });
  expect(changes().at(-1)?.[0]).toBe('rollout inconclusive');
  expect(stages.inputsOf('watchStep').map(({ untilPassed }) => untilPassed)).toContain(true);
  by({ canary: [{ weight: 0.05, forMs: 10 }] }, { waitMs: 60_000 });
  const late = await started('late');
  await vi.waitUntil(async () => (await detailsOf(late)).includes('7 requests'), soon);
  judging('pass');
  expect(await late.result()).toMatchObject({ outcome: 'live' });
});

test('holds at its step while it is paused', async () => {
  by({ canary: [{ weight: 0.05, forMs: 10 }] });
  const release = Promise.withResolvers<void>();
  stages.behave({ commit: () => release.promise.then(() => ({ epoch: 3 })) });
  const handle = await started('paused');
  await handle.signal(pauseRollout);
  release.resolve();
  await vi.waitUntil(() => stages.inputsOf('watchStep').length > 3, soon);
  expect(changes().map(([event]) => event)).toEqual(['traffic changed']);
  await handle.signal(resumeRollout);
  expect(await handle.result()).toMatchObject({ outcome: 'live' });
});

test('stopped in a canary, leaves the ledger to who stopped it; stopped in the hold, the version answers', async () => {
  const longest = { weight: 0.05, forMs: 60_000 };
  by({ canary: [longest] });
  const canary = await started('stopped');
  await watching();
  await canary.cancel();
  await expect(canary.result()).rejects.toThrow();
  expect(changes()).toHaveLength(1);
  stages.reset();
  by({ holdMs: 60_000 });
  const hold = await started('stopped-in-hold');
  await watching();
  await hold.cancel();
  expect(await hold.result()).toMatchObject({ outcome: 'live' });
  expect(changes().map(([event]) => event)).toEqual(['promoted']);
});

test('is told step by step to whoever waits for the decision, which a step is not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'whet-rollouts-'));
  const store = localDisk(folder);
  const word = { who: 'run r', why: 'a test', at: '2001-03-15T12:00:00.000Z' };
  for (const digest of ['d1', 'd2'])
    await registerVersion(store, 'told', candidateOf('told', digest, '2001-03-15T12'), word);
  const traffic = { variants: {}, rules: [], fallback: [], deadlineMs: 20 };
  await appendLedger(store, 'told', { kind: 'traffic changed', version: 2, traffic }, word);
  by({ canary: [{ weight: 0.05, forMs: 60_000 }] });
  const handle = await started('told');
  const said: string[] = [];
  const listener = { client: stories.client, report: (line: string) => void said.push(line) };
  const decision = releaseDecision(store, 'told', 2, 0, listener);
  await vi.waitUntil(() => said.length > 1, soon);
  expect(said).toEqual([
    'version 2, prepared by 1 serving process',
    'version 2, canary of 5 % for 1 minute: epoch 2 applied by 1 serving process',
  ]);
  await appendLedger(store, 'told', { kind: 'rollout failed', version: 2 }, word);
  expect(await decision).toBe('version 2 rollout failed: a test');
  await handle.cancel();
  await rm(folder, { recursive: true });
});

const soon = { timeout: 20_000, interval: 20 };

/** The course of a rollout of version 2, while version 1 answers. */
function by(plan: Partial<Parameters<typeof rolloutSteps>[0]>, changed: Partial<RolloutCourse['analysis']> = {}): void {
  const steps = rolloutSteps({ parity: true, shadowMs: 0, ...plan });
  const course = { champion: 1, steps, analysis: { ...usualAnalysis, ...changed }, atOnce: null };
  let epoch = 1;
  stages.behave({
    prepare: async () => course,
    commit: async () => {
      epoch += 1;
      return { epoch };
    },
  });
  judging('pass');
}

function judging(outcome: StepOutcome): void {
  const checks: StepVerdict['checks'] = [
    { what: 'requests', outcome: outcome === 'inconclusive' ? outcome : 'pass', text: '7 requests' },
    { what: 'errors', outcome: outcome === 'inconclusive' ? 'pass' : outcome, text: 'none' },
  ];
  stages.behave({
    async watchStep({ forMs }) {
      await pause(outcome === 'fail' ? 0 : Math.min(50, forMs));
      return { outcome, requests: 7, checks };
    },
  });
}

async function started(pipeline: string): Promise<WorkflowHandle<typeof rollout>> {
  const request: RolloutRequest = {
    ...{ pipeline, version: 2, event: 'promoted', who: 'run r', why: 'the gate passed', bySteps: true },
  };
  return stories.client.workflow.start('rollout', {
    ...{ taskQueue: pipelineQueue, workflowId: `rollout/${pipeline}/v2`, args: [request] },
  });
}

function changes(): (readonly [string, number, string])[] {
  return stages.inputsOf('commit').map(({ event, version, why }) => [event, version, why] as const);
}

function watching(): Promise<unknown> {
  return vi.waitUntil(() => stages.names().includes('watchStep'), soon);
}
