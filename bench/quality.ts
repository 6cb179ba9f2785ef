import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { RunRecord } from '../core/run.ts';
import type { Bench, BenchFigure } from './harness.ts';
import { pythonPeer } from './pythonPeer.ts';
import { whetCommand } from './whetCommand.ts';

const execute = promisify(execFile);
const folder = join(import.meta.dirname, 'quality');
const packages = ['lightgbm==4.6.0', 'scikit-learn==1.7.2', 'polars==1.35.2', 'numpy==2.3.5'];

/** Ten hours over the six months of the flights: every weekday, day and night, snow and summer. */
const dates = [
  '2001-01-28T12',
  '2001-02-05T06',
  '2001-02-20T18',
  '2001-03-04T12',
  '2001-03-15T12',
  '2001-03-31T09',
  '2001-04-20T15',
  '2001-05-09T12',
  '2001-05-28T20',
  '2001-06-16T12',
] as const;

const ours = ['mlp', 'logistic regression'] as const;
const theirs = ['LightGBM', "scikit-learn's logistic regression"] as const;

/**
 * AUC on the day after the cut-off, at ten dates: the best network and the best logistic regression of a search, and, on
 * the same features, LightGBM and scikit-learn. One counted run is one date.
 */
export async function qualityBench(): Promise<Bench> {
  const python = join(await pythonPeer('quality', packages), 'bin', 'python');
  const state = await mkdtemp(join(tmpdir(), 'whet-bench-'));
  let round = 0;
  const measureAll = async (): Promise<Record<string, number>> => {
    // The round that warms up is the first date once more.
    const asOf = dates[Math.max(0, round - 1)] ?? dates[0];
    round += 1;
    return withDifferences(await aucsAt(asOf, state, python));
  };
  return {
    runs: dates.length,
    cases: [],
    groups: [{ figures: figures(), measureAll }],
    ratios: [],
    conditions: [
      `flights as of ${dates.join(', ')}: 14 days to train, a day to validate, the day after it to test`,
      'pipelines of bench/quality/pipelines; LightGBM: 63 leaves, rate 0.05, stopped early on the validation day; scikit-learn: one-hot categories, C by the validation day',
    ],
    close: () => rm(state, { recursive: true, force: true }),
  };
}

function figures(): BenchFigure[] {
  const names = [...ours, ...theirs, ...differences.map(([name]) => name)];
  return names.map((name) => ({ name, unit: 'AUC', better: 'higher' }));
}

const differences = [
  ['mlp less LightGBM', ours[0], theirs[0]],
  ["logistic regression less scikit-learn's", ours[1], theirs[1]],
] as const;

function withDifferences(aucs: Record<string, number>): Record<string, number> {
  const made = differences.map(([name, a, b]) => [name, (aucs[a] ?? Number.NaN) - (aucs[b] ?? Number.NaN)] as const);
  return { ...aucs, ...Object.fromEntries(made) };
}

async function aucsAt(asOf: string, state: string, python: string): Promise<Record<string, number>> {
  const mlp = await retrained('mlp-flights', asOf, state);
  const logistic = await retrained('logistic-flights', asOf, state);
  const peers = await peersAt(mlp.run, asOf, state, python);
  const measured = {
    [ours[0]]: mlp.scorecard?.metrics.auc?.value ?? Number.NaN,
    [ours[1]]: logistic.scorecard?.metrics.auc?.value ?? Number.NaN,
    [theirs[0]]: peers.lightgbm,
    [theirs[1]]: peers.logistic,
  };
  process.stderr.write(`${asOf}, ${peers.rows} test rows: ${JSON.stringify(measured)}\n`);
  return measured;
}

async function retrained(pipeline: string, asOf: string, state: string): Promise<RunRecord> {
  return JSON.parse(await whet(['retrain', pipeline, '--as-of', asOf, '--json'], state));
}

async function whet(args: readonly string[], state: string): Promise<string> {
  const { code, stdout, stderr } = await whetCommand(args, { folder, state }).ended;
  if (code !== 0) throw new Error(`whet ${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}

interface PeerAucs {
  readonly rows: number;
  readonly lightgbm: number;
  readonly logistic: number;
}

async function peersAt(run: string, asOf: string, state: string, python: string): Promise<PeerAucs> {
  const file = join(state, `${asOf}.parquet`);
  await whet(['matrix', run, '--to', file], state);
  const categories = '2'; // origin and destination
  const { stdout } = await execute(python, [join(folder, 'peer_models.py'), file, categories]);
  await rm(file);
  return JSON.parse(stdout);
}
