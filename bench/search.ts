import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TrialRow } from '../core/run.ts';
import type { SearchOutcome } from '../core/search.ts';
import type { StrategyPlan } from '../core/searchPlan.ts';
import { pickBackend } from '../models/backends/pickBackend.ts';
import { getObjectJson } from '../storage/objects.ts';
import type { Bench, BenchFigure, BenchGroup, BenchRatio } from './harness.ts';
import { pythonPeer } from './pythonPeer.ts';
import { openSearchEngine, type SearchEngine } from './search/openSearchEngine.ts';
import { madeRows, searchTask, storeNothing, storeTask, taskPlan, writeTask } from './search/searchTask.ts';

const execute = promisify(execFile);

const wholeGrid: StrategyPlan = { kind: 'exhaustive', epochs: searchTask.epochs };
const halved: StrategyPlan = { kind: 'halving', keep: 1 / 3, fromEpochs: 1, toEpochs: searchTask.epochs };

/**
 * Seconds of a search of 24 networks, each trial a durable one, workers warm and data loaded; with peers, theirs on the
 * same rows and the same grid, measured as they measure themselves.
 */
export async function searchBench({ peers }: { peers: boolean }): Promise<Bench> {
  const scratch = await mkdtemp(join(tmpdir(), 'whet-bench-'));
  const made = madeRows();
  await writeTask(scratch, made);
  const engine = await openSearchEngine();
  const backend = await pickBackend();
  const [matrix, nothing] = [await storeTask(engine.store, made), await storeNothing(engine.store)];
  const ours = ownGroups(engine, backend, matrix, nothing);
  const theirs = peers ? await peerGroups(scratch) : [];
  return {
    runs: 5,
    cases: [],
    groups: [...ours, ...theirs],
    ratios: peers ? ratios : [],
    conditions: [
      `24 trials: hidden ${searchTask.hidden.join(', ')}; learning rate ${searchTask.learningRate.join(', ')}; l2 ${searchTask.l2.join(', ')}; ${searchTask.trainRows.toLocaleString('en')} x ${searchTask.width} made rows to train, ${(searchTask.rows - searchTask.trainRows).toLocaleString('en')} to validate; ${searchTask.epochs} epochs, batches of ${searchTask.batchRows.toLocaleString('en')}`,
      `Whetstone: durable trials through the embedded Temporal, ${engine.processes} warm processes of one thread, ${backend}; the data loaded, the store on the disk`,
      'peers: 2 workers of one thread, the time of the search alone, without start and data',
      'outside trials: 1 - (seconds that the workers train and validate) / (workers x seconds of the search). Whetstone: leases, checkpoints, records, messages, and waiting for the other at the end of a rung are outside. Peers, as each tells: Optuna the durations of its trials, GridSearchCV its fit and score times, Ray Tune time_total_s',
    ],
    close: async () => {
      await engine.close();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

let seed = 0;

function ownGroups(engine: SearchEngine, backend: string, matrix: string, nothing: string): BenchGroup[] {
  const timed = async (strategy: StrategyPlan, rows: string) => {
    // Processes, libraries and rows are warm; a seed that is used once makes trials that are not there yet.
    await run(engine, { kind: 'exhaustive', epochs: 0.01 }, rows, backend);
    return run(engine, strategy, rows, backend);
  };
  const grid = group('Whetstone, all trials', async () => timed(wholeGrid, matrix));
  const part = group('Whetstone, halving', async () => timed(halved, matrix));
  const noop: BenchFigure = { name: 'Whetstone, a trial of nothing', unit: 'ms', better: 'lower' };
  const idle = async () => ({ [noop.name]: ((await timed(wholeGrid, nothing)).seconds * 1_000) / 24 });
  return [grid, part, { figures: [noop], measureAll: idle }];
}

interface Measured {
  readonly seconds: number;
  readonly loss: number;
  /** Of the two workers' time from the search's start to its end, the part in which they neither trained nor validated. */
  readonly outside: number;
}

async function run(engine: SearchEngine, strategy: StrategyPlan, matrix: string, backend: string): Promise<Measured> {
  seed += 1;
  const started = performance.now();
  const outcome = await engine.search({ ...taskPlan, strategy, seed }, matrix, backend);
  const seconds = (performance.now() - started) / 1_000;
  const inTrials = await secondsInTrials(engine, outcome);
  const loss = outcome.best.validation?.['log loss'] ?? Number.NaN;
  return { seconds, loss, outside: 1 - inTrials / (engine.processes * seconds) };
}

async function secondsInTrials({ store }: SearchEngine, { trials }: SearchOutcome): Promise<number> {
  const rows = await getObjectJson<TrialRow[]>(store, trials.table);
  return rows.filter(({ reused }) => !reused).reduce((sum, row) => sum + row.seconds, 0);
}

/** A search's seconds, its best loss, and what share of the time was in no trial. */
function group(name: string, measure: () => Promise<Measured>): BenchGroup {
  const figures: BenchFigure[] = [
    { name: `${name}: search`, unit: 's', better: 'lower' },
    { name: `${name}: best loss`, unit: 'nats', better: 'lower' },
    { name: `${name}: outside trials`, unit: 'share', better: 'lower' },
  ];
  return {
    figures,
    async measureAll() {
      const { seconds, loss, outside } = await measure();
      return Object.fromEntries(figures.map((figure, at) => [figure.name, [seconds, loss, outside][at] ?? Number.NaN]));
    },
  };
}

/** Installed as their documentation says, with the versions that were current when this was written. */
const learn = ['scikit-learn==1.9.1', 'numpy==2.4.6', 'joblib==1.6.0'];
const environments = [
  { name: 'Optuna, all trials', peer: 'optuna', packages: ['optuna==5.0.0', ...learn], argument: 'all' },
  { name: 'Optuna, halving', peer: 'optuna', packages: ['optuna==5.0.0', ...learn], argument: 'halving' },
  { name: 'GridSearchCV', peer: 'grid_search_cv', packages: learn, argument: 'all' },
  { name: 'Ray Tune', peer: 'ray', packages: ['ray[tune]==2.60.0', ...learn], argument: 'all' },
] as const;

async function peerGroups(scratch: string): Promise<BenchGroup[]> {
  const groups: BenchGroup[] = [];
  for (const { name, peer, packages, argument } of environments) {
    const command = join(await pythonPeer(`search-${peer}`, packages), 'bin', 'python');
    const script = join(import.meta.dirname, 'search', `search_with_${peer}.py`);
    const measure = async (): Promise<Measured> => {
      const { stdout } = await execute(command, [script, scratch, argument], { env, maxBuffer: 1 << 24 });
      return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Measured;
    };
    groups.push(group(name, measure));
  }
  return groups;
}

/** One thread for each worker. */
const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', PYTHONWARNINGS: 'ignore' };

const ratios: BenchRatio[] = [
  ['Whetstone, all trials', 'Optuna, all trials'],
  ['Whetstone, halving', 'Optuna, halving'],
  ['Whetstone, all trials', 'GridSearchCV'],
  ['Whetstone, all trials', 'Ray Tune'],
].flatMap(([of, to]) =>
  ['search', 'best loss'].map((what) => ({
    name: `${of} to ${to}: ${what}`,
    of: `${of}: ${what}`,
    to: `${to}: ${what}`,
  })),
);
