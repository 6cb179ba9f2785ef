import { WhetError } from '../core/errors.ts';
import type { RoutedVersion } from '../core/routing.ts';
import type { ScorerColumns } from '../models/scorers/scorer.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { openStore } from '../storage/openStore.ts';
import { userCache } from '../storage/userCache.ts';
import { type FollowedName, followedVersion } from './followedVersion.ts';
import type { InputRow, PipelineTypes } from './inputRow.ts';
import {
  type OpenedVersion,
  openVersion,
  type ScoredRow,
  type ScoredRows,
  scoreAtOnce,
  scoreOne,
  scoreTogether,
} from './openedVersion.ts';
import { repeating } from './repeating.ts';

export type { ScoredRow, ScoredRows } from './openedVersion.ts';

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
  /**
   * Scores one row at once, in about a microsecond, or some twenty where onnxruntime must score. Throws what `POST /predict` refuses
   * (`row.missing-column`, `row.extra-column`, `row.wrong-value`), and `model.no-score`.
   */
  score(row: Row): ScoredRow;
  /** As `score`; rows that onnxruntime must score and that are asked for at once are scored together. Throws as `score`. */
  predict(row: Row): Promise<ScoredRow>;
  /**
   * Scores rows together: objects, or columns as the graph takes them (typed arrays without a copy, dates in milliseconds
   * UTC), which are quicker. Throws as `predict`; of columns `input.invalid`.
   */
  scoreMany(rows: readonly Row[] | ScorerColumns): Promise<ScoredRows>;
  /** Follows no more, and frees the model once every call under way has ended. */
  close(): Promise<void>;
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
  if (first === undefined) throw nobodyYet(pipeline, options);
  let now = await openVersion(store, first);
  let closed = false;
  let refused: { readonly version: RoutedVersion; readonly untilMs: number } | undefined;
  const follow = async (): Promise<void> => {
    const next = await named.read();
    if (next === undefined || isSame(now.loaded.routed, next)) return;
    if (refused !== undefined && isSame(refused.version, next) && Date.now() < refused.untilMs) return;
    refused = { version: next, untilMs: Date.now() + retryMs };
    const before = now;
    now = await openVersion(store, next);
    refused = undefined;
    await before.loaded.scorer.release();
  };
  let told = '';
  const failed = (error: unknown): void => {
    if (told !== String(error)) report(`${pipeline}: version ${now.version} goes on. ${String(error)}`);
    told = String(error);
  };
  const following = named.moves ? repeating(everyMs, follow, failed) : undefined;
  void following?.now();
  const open = (): OpenedVersion => {
    if (!closed) return now;
    const todo = 'Call close once no call will follow, or open another scorer.';
    throw new WhetError('scorer.released', { expected: 'an open scorer', came: 'a call after its close', todo });
  };
  return {
    get version() {
      return now.version;
    },
    get digest() {
      return now.digest;
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

function isSame(one: RoutedVersion, other: RoutedVersion): boolean {
  return one.version === other.version && one.digest === other.digest && one.package === other.package;
}

/** A mistyped pipeline or store looks like a pipeline without a version: a store makes itself with its first object. */
function nobodyYet(pipeline: string, { store, version = 'champion' }: ScorerOptions): WhetError {
  const place = typeof store === 'string' ? ` in the store ${store}` : '';
  return new WhetError('model.not-ready', {
    expected: `a ${version} of '${pipeline}'${place}`,
    came: 'none',
    todo: `See that the names of store and pipeline are right, and who is what: whet versions ${pipeline}`,
  });
}

function toStandardError(line: string): void {
  process.stderr.write(`whetstone: ${line}\n`);
}
