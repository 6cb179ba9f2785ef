import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { WhetError } from '../core/errors.ts';
import type { ReleaseState } from '../core/releaseMessages.ts';
import type { StepOutcome } from '../core/rolloutAnalysis.ts';
import { type RolloutPlan, usualAnalysis } from '../core/rolloutPlan.ts';
import { rolloutSteps } from '../core/rolloutSteps.ts';
import { pipelineQueue } from '../core/taskQueues.ts';
import type { Telling } from '../core/telling.ts';
import { candidateOf } from '../test/workflows/candidateOf.ts';
import type { StoryActivities } from '../test/workflows/fakeStages.ts';
import { storyPlan } from '../test/workflows/storyPlan.ts';
import { type Stories, startStories } from '../test/workflows/storyWorker.ts';
import { state } from '../workflows/releaseWords.ts';

/**
 * Records a history of each workflow, over fake stages on a real server, for the replay test: `npm run histories`.
 * To be run when a workflow changes its commands before a release; after it, the code must replay these as they are.
 */
const folder = join(import.meta.dirname, '../test/histories');
const asOf = '2001-03-15T12';
const smallGrid = { kind: 'logistic', l2: [1e-5, 1e-4, 1e-3], learningRate: [1e-2] } as const;

const stories = await startStories();
try {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await judgedRun(stories);
  await registeredModel(stories);
  await refreshedChampion(stories);
  await continuedSearch(stories);
  await scoredFiles(stories);
  await backtests(stories);
  await toldAlerts(stories);
  await watchedPipeline(stories);
  await endedRuns(stories);
  await releases(stories);
  await operatedRelease(stories);
  await rollouts(stories);
} finally {
  await stories.stop();
}

async function judgedRun({ client, stages }: Stories): Promise<void> {
  const plan = { ...storyPlan('judged'), search: { ...storyPlan('judged').search, learners: [smallGrid] } };
  stages.behave({ resolve: async () => ({ planId: 'plan-1', plan, asOf, skip: null }) });
  const input = { pipeline: 'judged', asOf };
  await client.workflow.execute('retrain', {
    workflowId: 'retrain/judged',
    taskQueue: pipelineQueue,
    args: [input],
  });
  await record('retrain', client.workflow.getHandle('retrain/judged'));
  await record('run', client.workflow.getHandle(`run/judged/${asOf}`));
  await record('search', client.workflow.getHandle(`search/judged/${asOf}`));
}

async function registeredModel({ client }: Stories): Promise<void> {
  const input = { pipeline: 'judged', model: 'a'.repeat(64), file: 'model.onnx' };
  const options = { workflowId: 'register/judged', taskQueue: pipelineQueue, args: [input] };
  await client.workflow.execute('register', options);
  await record('register', client.workflow.getHandle('register/judged'));
}

async function refreshedChampion({ client }: Stories): Promise<void> {
  const options = { workflowId: 'refresh/judged', taskQueue: pipelineQueue, args: [{ pipeline: 'judged' }] };
  await client.workflow.execute('refresh', options);
  await record('refresh', client.workflow.getHandle('refresh/judged'));
}

async function scoredFiles({ client }: Stories): Promise<void> {
  const input = { pipeline: 'scored', in: 'in', out: 'out' };
  const options = { workflowId: 'score/scored', taskQueue: pipelineQueue, args: [input] };
  await client.workflow.execute('score', options);
  await record('score', client.workflow.getHandle('score/scored'));
}

/** Of a receiver that is away at first. */
async function toldAlerts({ client, stages }: Stories): Promise<void> {
  stages.reset();
  const input = { id: 'notify/told/3/ops/0123456789abcdef', pipeline: 'told', entry: 3, receiver: 'ops' };
  const answers: Telling[] = [{ outcome: 'failed', why: 'it answered 503' }];
  stages.behave({ tell: async () => answers.shift() ?? { outcome: 'told', why: 'it answered 204' } });
  const options = { workflowId: input.id, taskQueue: pipelineQueue, args: [input] };
  const handle = await client.workflow.start('notify', options);
  while (!stages.names().includes('tell')) await pause(20);
  await handle.signal('tryNow');
  await handle.result();
  await record('notify', handle);
}

/** A look that finds something: somebody is told, and it is retrained. */
async function watchedPipeline({ client, stages }: Stories): Promise<void> {
  stages.reset();
  const notice = { id: 'notify/watched/1/ops/0123456789abcdef', pipeline: 'watched', entry: 1, receiver: 'ops' };
  const trigger = { kind: 'drift', why: 'origin has drifted' } as const;
  stages.behave({
    raiseAlerts: async () => [notice],
    considerRetrain: async (given) => ({ ...(await stages.usual().considerRetrain(given)), outcome: 'run', trigger }),
  });
  const options = { workflowId: 'watch/watched', taskQueue: pipelineQueue, args: [{ pipeline: 'watched' }] };
  await client.workflow.execute('watch', options);
  await record('watch', client.workflow.getHandle('watch/watched'));
}

/** A replay that goes on in a new history, and the model of one of its hours. */
async function backtests({ client }: Stories): Promise<void> {
  const input = { pipeline: 'replayed', from: asOf, hours: 4, retrainEvery: ['1h', 'never'], hoursPerHistory: 2 };
  const options = { workflowId: 'backtest/replayed', taskQueue: pipelineQueue, args: [input] };
  const handle = await client.workflow.start('backtest', options);
  await handle.result();
  await record('backtestFull', client.workflow.getHandle('backtest/replayed', handle.firstExecutionRunId));
  await record('backtest', client.workflow.getHandle('backtest/replayed'));
  await record('backtestModel', client.workflow.getHandle('backtests/b1/2001-03-15T13'));
}

/** A search that goes on in a new history; its last one begins with what was done before. */
async function continuedSearch({ client }: Stories): Promise<void> {
  const { search } = storyPlan('continued');
  const input = { search, matrix: 'objects/matrix', backend: 'js', trialsPerHistory: 20 };
  const options = { workflowId: 'search/continued', taskQueue: pipelineQueue, args: [input] };
  const handle = await client.workflow.start('search', options);
  await handle.result();
  await record('searchFull', client.workflow.getHandle('search/continued', handle.firstExecutionRunId));
  await record('searchContinued', client.workflow.getHandle('search/continued'));
}

async function endedRuns(stories: Stories): Promise<void> {
  const bad = new WhetError('quarantine.over-budget', { expected: 'at most 1 % of the rows', came: '12 %' });
  await endedRun(stories, 'runRejected', { snapshot: () => Promise.reject(bad) });
  await endedRun(stories, 'runFailed', { snapshot: () => Promise.reject(new TypeError('no such thing')) });
  await endedRun(stories, 'runShared', { contract: sharing(bad) });
}

/** A contract stage that hands out the reading of files, then the validation of hours, before it judges. */
function sharing(verdict: Error): StoryActivities['contract'] {
  const kinds = ['files', 'partitions'] as const;
  return async ({ done = [] }) => {
    const kind = kinds[done.length];
    if (kind === undefined) throw verdict;
    return { open: { kind, list: `list of ${kind}`, batches: 3, text: `12 ${kind}` } };
  };
}

async function endedRun({ client, stages }: Stories, name: string, changes: Partial<StoryActivities>): Promise<void> {
  stages.reset();
  stages.behave(changes);
  const handle = await client.workflow.start('run', {
    workflowId: `run/${name}`,
    taskQueue: pipelineQueue,
    args: [{ pipeline: name, asOf, planId: 'plan-1', plan: storyPlan(name) }],
  });
  // That it fails is what is recorded.
  await handle.result().catch(() => undefined);
  await record(name, handle);
}

async function releases({ client, stages }: Stories): Promise<void> {
  stages.reset();
  const handle = await client.workflow.start('release', {
    workflowId: 'release/released',
    taskQueue: pipelineQueue,
    args: [{ pipeline: 'released', messagesPerHistory: 5 }],
  });
  const { firstExecutionRunId } = handle;
  const submit = (digest: string, hour: string, passed = true) =>
    handle.executeUpdate('submit', {
      args: [{ pipeline: 'released', candidate: candidateOf('released', digest, hour, passed) }],
    });
  const rolledOut = async (version: number): Promise<void> => {
    while ((await handle.query(state)).last?.version !== version) await pause(50);
  };
  await submit('d1', '2001-03-15T12');
  await rolledOut(1);
  await submit('d2', '2001-03-15T13', false);
  stages.behave({ awaitPrepared: async () => ({ done: [], refused: { a: 'golden rows differ' }, awaited: [] }) });
  await handle.executeUpdate('rollback', { args: [{ version: 7, who: 'ana', why: 'complaints' }] });
  await rolledOut(7);
  await handle.executeUpdate('reject', { args: [{ version: 2, who: 'ana', why: 'a bad day' }] });
  await submit('d3', '2001-03-15T14');
  await rolledOut(3);
  await record('release', client.workflow.getHandle('release/released', firstExecutionRunId));
  await record('releaseContinued', client.workflow.getHandle('release/released'));
  await record('rollout', client.workflow.getHandle('rollout/released/v1'));
  await record('rolloutRefused', client.workflow.getHandle('rollout/released/v7'));
}

/** What people say: a pause, approvals by update and by signal, a rollback that stops the rollout under way. */
async function operatedRelease({ client, stages }: Stories): Promise<void> {
  stages.reset();
  const candidate = candidateOf('operated', 'd1', '2001-03-15T12');
  const missing = [{ role: 'risk', count: 2 }];
  stages.behave({
    openRelease: async () => ({ paused: null, waiting: { version: 1, candidate, missing } }),
    approve: async ({ who }) => ({ missing: who === 'ana' ? [{ role: 'risk', count: 1 }] : [] }),
    async awaitPrepared() {
      await pause(200);
      return { done: ['a'], refused: {}, awaited: [] };
    },
  });
  const handle = await client.workflow.start('release', {
    workflowId: 'release/operated',
    taskQueue: pipelineQueue,
    args: [{ pipeline: 'operated' }],
  });
  const until = async (isSo: (now: ReleaseState) => boolean): Promise<void> => {
    while (!isSo(await handle.query(state))) await pause(20);
  };
  const approval = { version: 1, who: 'ana', role: 'risk', why: 'looks right' };
  await handle.executeUpdate('pause', { args: [{ who: 'eva', why: 'a sale' }] });
  await handle.executeUpdate('approve', { args: [approval] });
  await handle.signal('approve', { ...approval, role: 7 });
  await handle.signal('approve', { ...approval, who: 'ben' });
  await until(({ waiting }) => waiting?.missing?.length === 0);
  await handle.signal('resume');
  await until(({ underway }) => underway !== null);
  while (!stages.names().includes('awaitPrepared')) await pause(20);
  await handle.executeUpdate('pause', { args: [{ who: 'eva', why: 'another sale' }] });
  await handle.executeUpdate('rollback', { args: [{ who: 'eva', why: 'complaints' }] });
  await until(({ last }) => last?.outcome === 'failed');
  await record('releaseOperated', handle);
}

/** One that is passed step by step to the end of its hold, one that fails in a canary, one that sees too little. */
async function rollouts(stories: Stories): Promise<void> {
  const canary = [{ weight: 0.05, forMs: 50 }];
  await steppedRollout(stories, 'rolloutStepped', { shadowMs: 50, canary, holdMs: 50 }, 'pass');
  await steppedRollout(stories, 'rolloutFailed', { canary }, 'fail');
  await steppedRollout(stories, 'rolloutHoldFailed', { holdMs: 50 }, 'fail');
  await steppedRollout(stories, 'rolloutInconclusive', { canary }, 'inconclusive');
}

async function steppedRollout(
  { client, stages }: Stories,
  name: string,
  plan: Partial<RolloutPlan>,
  outcome: StepOutcome,
): Promise<void> {
  stages.reset();
  const steps = rolloutSteps({ parity: true, shadowMs: 0, ...plan });
  const course = { champion: 1, steps, analysis: { ...usualAnalysis, waitMs: 50 }, atOnce: null };
  stages.behave({
    prepare: async () => course,
    async watchStep({ forMs }) {
      await pause(forMs);
      return { outcome, requests: 7, checks: [{ what: 'errors', outcome, text: '7 of 7' }] };
    },
  });
  const request = { pipeline: name, version: 2, event: 'promoted', who: 'run r', why: 'the gate passed' } as const;
  const options = { workflowId: `rollout/${name}/v2`, taskQueue: pipelineQueue };
  await client.workflow.execute('rollout', { ...options, args: [{ ...request, bySteps: true }] });
  await record(name, client.workflow.getHandle(options.workflowId));
}

async function record(name: string, handle: WorkflowHandle): Promise<void> {
  const history = JSON.parse(historyToJSON(await handle.fetchHistory()));
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify(history, impersonal)}\n`);
  process.stdout.write(`${name}: ${history.events.length} events\n`);
}

/** Neither who recorded it nor where the code lay is part of a story. */
function impersonal(key: string, value: unknown): unknown {
  if (key === 'stackTrace') return '';
  return key === 'identity' ? 'recorder' : value;
}
