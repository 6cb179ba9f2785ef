import { WhetError } from '../core/errors.ts';
import { mostCompiledRows } from '../models/scorers/compiledScorer.ts';
import { goldenRow } from '../models/scorers/goldenRows.ts';
import { loadPackage } from '../models/scorers/loadPackage.ts';
import type { ScorerColumns } from '../models/scorers/scorer.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { openStore } from '../storage/openStore.ts';
import { userCache } from '../storage/userCache.ts';
import { type FollowedName, followedVersion } from './followedVersion.ts';
import type { InputRow, PipelineTypes } from './inputRow.ts';
import { loadVersion } from './loadVersion.ts';
import { isObject, parseRows } from './parseRows.ts';
import { repeating } from './repeating.ts';
import type { LoadedVersion } from './slots.ts';

export interface ScorerOptions {
  /** The folder of the store (`.whet/store` of a project), its address (`s3://bucket/prefix`), or a store. */
  readonly store: string | ObjectStore;
  /** What to score with: an alias, which is followed, or a version's number. Default: `champion`. */
  readonly version?: FollowedName;
  /** How often the store is asked who the champion is, in milliseconds; default 500. */
  readonly everyMs?: number;
  /** How long a version that could not be loaded is left alone, in milliseconds; default 5,000. */
  readonly retryMs?: number;
  /** Hears, in a line each, what a person should know. Default: standard error. */
  readonly report?: (line: string) => void;
}

/** A model in the caller's own process. Scoring ends with the version it began with. */
export interface InProcessScorer<Row> {
  /** Who scores the next row. */
  readonly version: number;
  /** SHA-256 of the model. */
  readonly digest: string;
  /** Whether `score` answers. */
  readonly synchronous: boolean;
  /**
   * Scores one row at once, in about a microsecond. Throws what `POST /predict` refuses (`row.missing-column`,
   * `row.extra-column`, `row.wrong-value`), and `scorer.not-synchronous` where onnxruntime must score: then `predict` does.
   */
  score(row: Row): ScoredRow;
  /** Scores one row, by whichever scorer takes it. Throws as `score`, and `model.no-score`. */
  predict(row: Row): Promise<ScoredRow>;
  /**
   * Scores rows together: objects, or columns as the graph takes them (typed arrays without a copy, dates in milliseconds
   * UTC), which are quicker. Throws as `predict`; of columns `input.invalid`.
   */
  scoreMany(rows: readonly Row[] | ScorerColumns): Promise<ScoredRows>;
  /** Follows no more, and frees the model once every call under way has ended. */
  close(): Promise<void>;
}

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

/**
 * Opens a pipeline's model for scoring in this process, by the store alone. `openScorer<typeof flightDelays>(…)` types the
 * row. An alias is followed: another version is loaded, checked on its golden rows and warmed, and then answers from the
 * next call on. With the store gone it goes on with the version it has. Throws `model.not-ready`, `version.unknown`, and
 * what loading throws.
 */
export async function openScorer<P extends PipelineTypes = PipelineTypes>(
  pipeline: P['id'],
  options: ScorerOptions,
): Promise<InProcessScorer<InputRow<P>>> {
  const { everyMs = 500, retryMs = 5_000, report = toStandardError } = options;
  const store = typeof options.store === 'string' ? openStore(options.store, userCache('copies')) : options.store;
  const named = followedVersion(store, pipeline, options.version ?? 'champion');
  const first = await named.read();
  if (first === undefined) throw noChampion(pipeline);
  let now = await opened(store, first);
  let [closed, retryAt] = [false, 0];
  const follow = async (): Promise<void> => {
    const next = await named.read();
    if (next === undefined || isSame(now.loaded.routed, next) || Date.now() < retryAt) return;
    retryAt = Date.now() + retryMs;
    const before = now;
    now = await opened(store, next);
    retryAt = 0;
    await before.loaded.scorer.release();
  };
  let told = '';
  const failed = (error: unknown): void => {
    if (told !== String(error)) report(`${pipeline}: version ${now.version} goes on. ${String(error)}`);
    told = String(error);
  };
  const following = named.moves ? repeating(everyMs, follow, failed) : undefined;
  void following?.now();
  const open = (): Opened => {
    if (!closed) return now;
    throw new WhetError('scorer.released', { expected: 'an open scorer', came: 'a call after its close' });
  };
  return {
    get version() {
      return now.version;
    },
    get digest() {
      return now.digest;
    },
    get synchronous() {
      return now.scoreRow !== undefined;
    },
    score: (row) => scoreAtOnce(open(), row),
    predict: async (row) => scoreOne(open(), row),
    scoreMany: async (rows) => scoreTogether(open(), rows),
    async close() {
      closed = true;
      await following?.close();
      await now.loaded.scorer.release();
    },
  };
}

/** A version with what `score` reads laid out flat. */
interface Opened {
  readonly loaded: LoadedVersion;
  readonly scoreRow: ((row: unknown) => number) | undefined;
  readonly threshold: number;
  readonly positive: string;
  readonly negative: string;
  readonly version: number;
  readonly digest: string;
}

async function opened(store: ObjectStore, routed: LoadedVersion['routed']): Promise<Opened> {
  const loaded = await loadVersion(store, loadPackage, routed);
  const { threshold, answer } = loaded.package;
  warm(loaded);
  return {
    loaded,
    scoreRow: loaded.scorer.scoreRow,
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

function scoreAtOnce(by: Opened, row: unknown): ScoredRow {
  if (by.scoreRow === undefined) {
    throw notSynchronous('a compiled scorer', `version ${by.version}, which onnxruntime alone scores`);
  }
  const score = by.scoreRow(row);
  if (!Number.isFinite(score)) refuseRow(by, row);
  return scoredRow(by, score);
}

/** Says what is wrong with a row that the compiled scorer did not take. */
function refuseRow(by: Opened, row: unknown): never {
  parseRows(by.loaded.shape, [row]);
  throw notSynchronous('a row that the compiled scorer takes', 'a whole number beyond 2^53, or no score');
}

function notSynchronous(expected: string, came: string): WhetError {
  return new WhetError('scorer.not-synchronous', { expected, came });
}

function scoredRow({ threshold, positive, negative, version, digest }: Opened, score: number): ScoredRow {
  return { score, decision: score >= threshold ? positive : negative, version, digest };
}

async function scoreOne(by: Opened, row: unknown): Promise<ScoredRow> {
  const score = by.scoreRow?.(row) ?? Number.NaN;
  if (Number.isFinite(score)) return scoredRow(by, score);
  const [found = Number.NaN] = await scoresOf(by, parseRows(by.loaded.shape, [row]));
  return scoredRow(by, found);
}

async function scoreTogether(by: Opened, rows: readonly unknown[] | ScorerColumns): Promise<ScoredRows> {
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

function scoresOfObjects(by: Opened, rows: readonly unknown[]): Float32Array | Promise<Float32Array> {
  const quick = rows.length <= mostCompiledRows ? quickScores(by, rows) : undefined;
  return quick ?? scoresOf(by, parseRows(by.loaded.shape, rows));
}

/** Undefined where the compiled scorer does not take them all. */
function quickScores({ scoreRow }: Opened, rows: readonly unknown[]): Float32Array | undefined {
  if (scoreRow === undefined) return undefined;
  const scores = Float32Array.from(rows, scoreRow);
  return scores.every(Number.isFinite) ? scores : undefined;
}

async function scoresOf({ loaded, version }: Opened, columns: ScorerColumns): Promise<Float32Array> {
  const scores = await loaded.scorer.score(columns);
  const at = scores.findIndex((score) => !Number.isFinite(score));
  if (at === -1) return scores;
  throw new WhetError('model.no-score', {
    expected: `a score from version ${version}`,
    came: `${scores[at]} for row ${at}`,
  });
}

function isSame(one: LoadedVersion['routed'], other: LoadedVersion['routed']): boolean {
  return one.version === other.version && one.digest === other.digest && one.package === other.package;
}

function noChampion(pipeline: string): WhetError {
  return new WhetError('model.not-ready', {
    expected: `a version of '${pipeline}' that answers`,
    came: 'no promoted version yet',
    todo: `Promote one first: whet retrain ${pipeline}`,
  });
}

function toStandardError(line: string): void {
  process.stderr.write(`whetstone: ${line}\n`);
}
