import { WhetError } from '../core/errors.ts';
import type { RoutedVersion } from '../core/routing.ts';
import { mostCompiledRows } from '../models/scorers/compiledScorer.ts';
import { goldenRow } from '../models/scorers/goldenRows.ts';
import { loadPackage } from '../models/scorers/loadPackage.ts';
import type { Scorer, ScorerColumns } from '../models/scorers/scorer.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { loadVersion } from './loadVersion.ts';
import { isObject, parseRows } from './parseRows.ts';
import type { LoadedVersion } from './slots.ts';

export interface ScoredRow {
  /** In [0, 1]. */
  readonly score: number;
  /** The answer's word: the positive one at or above the threshold. */
  readonly decision: string;
  readonly version: number;
  /** SHA-256 of the model. */
  readonly digest: string;
}

export interface ScoredRows {
  /** One for each row, in [0, 1]. */
  readonly scores: Float32Array;
  readonly decisions: readonly string[];
  readonly version: number;
  /** SHA-256 of the model. */
  readonly digest: string;
}

/** A version with what `score` reads laid out flat. */
export interface OpenedVersion {
  readonly loaded: LoadedVersion;
  readonly scoreRow: Scorer['scoreRow'];
  readonly scoreNow: NonNullable<Scorer['scoreNow']>;
  readonly threshold: number;
  readonly positive: string;
  readonly negative: string;
  readonly version: number;
  readonly digest: string;
}

/** A routed version, checked and warm. Throws as `loadVersion`. */
export async function openVersion(store: ObjectStore, routed: RoutedVersion): Promise<OpenedVersion> {
  const loaded = await loadVersion(store, loadPackage, routed);
  const { threshold, answer } = loaded.package;
  const { scoreRow, scoreNow } = loaded.scorer;
  if (scoreNow === undefined) throw new Error(`Version ${routed.version} was loaded into another thread.`);
  warm(loaded);
  return {
    loaded,
    scoreRow,
    scoreNow,
    threshold,
    positive: answer.positive,
    negative: answer.negative,
    version: routed.version,
    digest: routed.digest,
  };
}

/** Rows after which the program is machine code, so that the first callers do not wait for that. */
const warmRows = 2_000;

function warm({ scorer, package: { golden, inputs } }: LoadedVersion): void {
  if (scorer.scoreRow === undefined || golden.scores.length === 0) return;
  for (let row = 0; row < warmRows; row += 1) {
    scorer.scoreRow(goldenRow(golden.columns, inputs, row % golden.scores.length));
  }
}

/** By the compiled program, else by onnxruntime. Throws what the row's shape refuses, and `model.no-score`. */
export function scoreAtOnce(by: OpenedVersion, row: unknown): ScoredRow {
  const score = by.scoreRow?.(row) ?? Number.NaN;
  if (Number.isFinite(score)) return scoredRow(by, score);
  const [found = Number.NaN] = finite(by, by.scoreNow(parseRows(by.loaded.shape, [row])));
  return scoredRow(by, found);
}

function scoredRow({ threshold, positive, negative, version, digest }: OpenedVersion, score: number): ScoredRow {
  return { score, decision: score >= threshold ? positive : negative, version, digest };
}

/** As `scoreAtOnce`; by onnxruntime together with others that are asked for meanwhile. */
export async function scoreOne(by: OpenedVersion, row: unknown): Promise<ScoredRow> {
  const score = by.scoreRow?.(row) ?? Number.NaN;
  if (Number.isFinite(score)) return scoredRow(by, score);
  const [found = Number.NaN] = await scoresOf(by, parseRows(by.loaded.shape, [row]));
  return scoredRow(by, found);
}

/** Rows as objects or as columns. */
export async function scoreTogether(by: OpenedVersion, rows: readonly unknown[] | ScorerColumns): Promise<ScoredRows> {
  const scores = isColumns(rows) ? await scoresOf(by, rows) : await scoresOfObjects(by, rows);
  const { threshold, positive, negative, version, digest } = by;
  return {
    scores,
    decisions: Array.from(scores, (score) => (score >= threshold ? positive : negative)),
    version,
    digest,
  };
}

function isColumns(rows: readonly unknown[] | ScorerColumns): rows is ScorerColumns {
  return isObject(rows);
}

function scoresOfObjects(by: OpenedVersion, rows: readonly unknown[]): Float32Array | Promise<Float32Array> {
  const quick = rows.length <= mostCompiledRows ? quickScores(by, rows) : undefined;
  return quick ?? scoresOf(by, parseRows(by.loaded.shape, rows));
}

/** Undefined where the compiled scorer does not take them all. */
function quickScores({ scoreRow }: OpenedVersion, rows: readonly unknown[]): Float32Array | undefined {
  if (scoreRow === undefined) return undefined;
  const scores = Float32Array.from(rows, scoreRow);
  return scores.every(Number.isFinite) ? scores : undefined;
}

async function scoresOf(by: OpenedVersion, columns: ScorerColumns): Promise<Float32Array> {
  return finite(by, await by.loaded.scorer.score(columns));
}

/** Throws `model.no-score`. */
function finite({ version }: OpenedVersion, scores: Float32Array): Float32Array {
  const at = scores.findIndex((score) => !Number.isFinite(score));
  if (at === -1) return scores;
  throw new WhetError('model.no-score', {
    expected: `a score from version ${version}`,
    came: `${scores[at]} for row ${at}`,
  });
}
