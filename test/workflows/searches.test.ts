import { cancelled, heartbeat } from '@temporalio/activity';
import { WorkflowFailedError } from '@temporalio/client';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { searchedTrials } from '../../cli/searchedTrials.ts';
import type { Leaderboard, TrialRow } from '../../core/run.ts';
import type { SearchOutcome } from '../../core/search.ts';
import { searchCandidates } from '../../core/searchCandidates.ts';
import { searchGrid } from '../../core/searchGrid.ts';
import type { SearchPlan } from '../../core/searchPlan.ts';
import { pipelineQueue } from '../../core/taskQueues.ts';
import type { Candidate, TrialRequest, WarmStart } from '../../core/trial.ts';
import { ranked } from '../../core/trialValue.ts';
import type { Workplace } from '../../workers/workplace.ts';
import { leaderboard } from '../../workflows/search.ts';
import { type FakeStages, trialOf } from './fakeStages.ts';
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

test('halves the field rung by rung: the best go on to three times the budget', async () => {
  const { best, rows } = await search('halving', (request) => aucOf(request));
  const rungs = [1, 2, 3, 4].map((rung) => rows.filter((row) => row.rung === rung));
  expect(rungs.map(({ length }) => length)).toEqual([21, 7, 3, 1]);
  expect(rungs.map(([first]) => first?.epochs)).toEqual([1 / 9, 1 / 3, 1, 2]);
  const order = (rungs[0] ?? []).toSorted((a, b) => (b.validation?.auc ?? 0) - (a.validation?.auc ?? 0));
  expect(new Set(order.map((row) => row.validation?.auc)).size).toBe(21);
  expect(new Set(namesOf(rungs[1]))).toEqual(new Set(namesOf(order.slice(0, 7))));
  expect(new Set(namesOf(rungs[2]))).toEqual(new Set(namesOf(order.slice(0, 3))));
  expect(best.candidate).toEqual({ learner: order[0]?.learner, parameters: order[0]?.parameters });
  expect(best.epochs).toBe(2);
  const told = await stories.client.workflow.getHandle('search/halving').query(leaderboard);
  expect(told.pages).toEqual([]);
  expect(ranked(told.rows, 'auc')).toEqual(ranked(rows, 'auc'));
  const details = await detailsOf(stories.client.workflow.getHandle('search/halving'));
  expect(details).toMatch(/^### 21 candidates, halving\n\n- rung 1: best auc 0\.\d{4} of 21 trials/);
});

test('chooses the trial that validated best at any rung, not the one that was trained longest', async () => {
  const { best } = await search('overfitting', (request) => aucOf(request) - request.epochs / 10);
  expect(best.epochs).toBe(1 / 9);
});

test('decides ties by the order of the plan, so that one search has one outcome', async () => {
  const { best, rows } = await search('ties', () => 0.6);
  const grid = searchGrid(storyPlan('any').search).map(nameOf);
  const ofRung = (rung: number) => new Set(namesOf(rows.filter((row) => row.rung === rung)));
  expect(ofRung(2)).toEqual(new Set(grid.slice(0, 7)));
  expect(ofRung(4)).toEqual(new Set(grid.slice(0, 1)));
  expect([nameOf(best.candidate), best.epochs]).toEqual([grid[0], 2]);
});

test('hands trials of one shape over together, and lets diverged ones go', async () => {
  const { rows } = await search('diverged', (request) => (request.candidate.learner === 'mlp' ? null : 0.6));
  expect(rows.filter((row) => row.rung === 2).map(({ learner }) => learner)).toEqual(Array(3).fill('logistic'));
  expect(rows.filter((row) => row.validation === null)).toHaveLength(18);
  const groups = stages.inputsOf('trainTrials').map(({ requests }) => requests);
  expect(groups.slice(0, 4).map(({ length }) => length)).toEqual(expect.arrayContaining([3, 6, 6, 6]));
});

test('fails with a reason when all trials diverge', async () => {
  const failure = await rootOf(search('all-diverged', () => null));
  expect(failure).toMatchObject({ type: 'search.all-diverged', nonRetryable: true });
  expect(failure.message).toContain('none in 21');
  const { matrix } = stages.inputsOf('explainSearch')[0] ?? {};
  expect(matrix).toBe(stages.inputsOf('trainTrials')[0]?.requests[0]?.matrix);
});

test('goes on in a new history, with nothing run twice and the same outcome', async () => {
  const plan = { ...storyPlan('any').search, strategy: asha };
  const whole = await search('whole', (request) => aucOf(request) + request.epochs / 100, plan);
  const names = whole.rows.map(placeOf);
  expect(new Set(names).size).toBe(names.length);
  stages.reset();
  const parts = await search('parts', (request) => aucOf(request) + request.epochs / 100, plan, 9);
  expect(parts.best).toEqual(whole.best);
  expect(parts.rows).toEqual(whole.rows);
  expect(stages.inputsOf('trialValues').map(({ pages }) => pages.length)).toEqual([1, 2]);
  const asked = stages.inputsOf('trainTrials').flatMap(({ requests }) => requests.map(requestText));
  expect(asked.toSorted()).toEqual(names.toSorted());
  const told: Leaderboard = await stories.client.workflow.getHandle('search/parts').query(leaderboard);
  expect(told.pages).toHaveLength(2);
});

test('trains the best three again under other seeds', async () => {
  const plan = { ...storyPlan('any').search, strategy: { kind: 'random', trials: 5, epochs: 1 }, repeats: 3 } as const;
  const { rows, best } = await search('repeated', (request) => aucOf(request) - (request.seed - 7) / 10, plan);
  const [first] = searchCandidates(plan).toSorted((a, b) => aucOf({ candidate: b }) - aucOf({ candidate: a }));
  expect(rows).toHaveLength(5 + 6);
  expect(rows.filter(({ seed }) => seed !== 7).map(({ seed }) => seed)).toEqual([8, 8, 8, 9, 9, 9]);
  expect(best.candidate).toEqual(first);
});

test('has one candidate more, which goes on from a model that is there', async () => {
  const plan = { ...storyPlan('any').search, warmStart: true as const };
  const [first] = searchGrid(plan);
  const warmStart = { candidate: first as Candidate, package: 'objects/champion' };
  const score = ({ warmStart: warm, ...request }: TrialRequest) => (warm === undefined ? aucOf(request) : 0.95);
  const { best, rows } = await search('warm', score, plan, undefined, warmStart);
  expect(rows.filter(({ rung }) => rung === 1)).toHaveLength(22);
  expect(rows.filter((row) => row.warmStart !== undefined).map(({ rung }) => rung)).toEqual([1, 2, 3, 4]);
  expect(best.candidate).toEqual(first);
});

test('ends when its time is up, with the best so far, and says so', async () => {
  const plan = { ...storyPlan('any').search, budget: { timeMs: 700 } };
  const { trials, best } = await search(
    'hurried',
    (request) => (request.epochs > 0.2 ? 'never' : aucOf(request)),
    plan,
  );
  expect(trials).toMatchObject({ total: 21, endedBy: 'time' });
  expect(best.epochs).toBe(1 / 9);
  const failure = await rootOf(search('too-hurried', () => 'never', plan));
  expect(failure).toMatchObject({ type: 'search.out-of-time', nonRetryable: true });
});

test('is told while it is under way', async () => {
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  stages.behave({
    async trainTrials({ requests }) {
      if (requests.some(({ epochs }) => epochs > 0.2)) await held;
      return requests.map((request) => ({ result: trialOf(request, aucOf(request)), reused: false }));
    },
  });
  const handle = await stories.client.workflow.start(
    'search',
    optionsOf('live/2001-03-15T12', storyPlan('any').search),
  );
  vi.stubEnv('TEMPORAL_ADDRESS', stories.address);
  const told = () => searchedTrials({} as Workplace, 'live/2001-03-15T12');
  try {
    await vi.waitUntil(async () => (await told()).rows.length === 21, { timeout: 20_000, interval: 20 });
    const { rows, ...rest } = await told();
    expect(rest).toEqual({ run: 'live/2001-03-15T12', metric: 'auc', isUnderWay: true });
    expect(rows[0]?.validation?.auc).toBe(Math.max(...rows.map(({ validation }) => validation?.auc ?? 0)));
  } finally {
    vi.unstubAllEnvs();
    release();
  }
  await handle.result();
});

test('that is cancelled ends once no trial is at work any more', async () => {
  let [begun, stopped] = [0, 0];
  stages.behave({
    trainTrials() {
      begun += 1;
      return untilCancelled().finally(() => {
        stopped += 1;
      });
    },
  });
  const handle = await stories.client.workflow.start('search', optionsOf('cancelled', storyPlan('any').search));
  await vi.waitUntil(() => begun === 4, { timeout: 20_000, interval: 20 });
  await handle.cancel();
  await expect(handle.result()).rejects.toBeInstanceOf(WorkflowFailedError);
  expect((await handle.describe()).status.name).toBe('CANCELLED');
  expect(stopped).toBe(4);
});

const asha = { kind: 'asha', keep: 1 / 3, fromEpochs: 1 / 9, toEpochs: 2 } as const;

interface Searched extends SearchOutcome {
  /** As the table tells them. */
  readonly rows: readonly TrialRow[];
}

async function search(
  name: string,
  score: (request: TrialRequest) => number | null | 'never',
  plan: SearchPlan = storyPlan(name).search,
  trialsPerHistory?: number,
  warmStart?: WarmStart,
): Promise<Searched> {
  const kept: TrialRow[] = [];
  const { keepTrials, gatherTrials } = stages.usual();
  stages.behave({
    async trainTrials({ requests }) {
      const scores = requests.map(score);
      if (scores.includes('never')) return untilCancelled();
      return requests.map((request, at) => ({ result: trialOf(request, scores[at] as number | null), reused: false }));
    },
    keepTrials(given) {
      kept.push(...given.rows);
      return keepTrials(given);
    },
    gatherTrials(given) {
      kept.push(...given.rows);
      return gatherTrials(given);
    },
  });
  const options = optionsOf(name, plan, trialsPerHistory, warmStart);
  const outcome: SearchOutcome = await stories.client.workflow.execute('search', options);
  return { ...outcome, rows: ranked(kept, plan.maximize) };
}

function optionsOf(name: string, plan: SearchPlan, trialsPerHistory?: number, warmStart?: WarmStart) {
  const input = { search: plan, matrix: 'objects/matrix', backend: 'js', trialsPerHistory, warmStart };
  return { taskQueue: pipelineQueue, workflowId: `search/${name}`, args: [input] };
}

/** Works until it is told to end. */
async function untilCancelled(): Promise<never> {
  const beat = setInterval(() => heartbeat(), 20);
  return cancelled().finally(() => clearInterval(beat));
}

/** Differs for each candidate, and does not change with the budget. */
function aucOf({ candidate }: Pick<TrialRequest, 'candidate'>): number {
  const grid = searchGrid(storyPlan('any').search).map(nameOf);
  return 0.5 + ((grid.indexOf(nameOf(candidate)) * 8) % grid.length) / 100;
}

function nameOf({ learner, parameters }: Pick<TrialRow, 'learner' | 'parameters'>): string {
  return trialOf({ candidate: { learner, parameters }, epochs: 0, backend: '' } as TrialRequest, null).key;
}

function namesOf(rows: readonly TrialRow[] = []): string[] {
  return rows.map(nameOf);
}

function placeOf(row: TrialRow): string {
  return `${nameOf(row)} ${row.epochs} ${row.seed}`;
}

function requestText({ candidate, epochs, seed }: TrialRequest): string {
  return `${nameOf(candidate)} ${epochs} ${seed}`;
}
