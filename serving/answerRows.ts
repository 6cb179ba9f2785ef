import type { RawRows } from './parseRows.ts';
import { requireScores } from './requireScores.ts';
import type { ServedPipeline } from './servedPipeline.ts';
import type { ServingState } from './servingState.ts';
import type { Answering } from './slots.ts';
import type { TallyCounter } from './tallyCounter.ts';

/** The rows of one request. */
export interface RequestRows {
  readonly requestId: string;
  readonly id: string | undefined;
  /** Who sent them; undefined where nobody says. */
  readonly producer?: string | undefined;
  readonly rows: RawRows;
  /** The rows' numbers in the request, where they are not all of it. */
  readonly numbers?: readonly number[] | undefined;
}

/**
 * Scores rows by one version, counts them and hands them to the log. One row that came by itself is scored at once where the
 * version is compiled: nothing is awaited then, so that nothing has to be kept for later. Throws or rejects with what the scorer
 * throws, and `model.no-score` where a score is no number.
 */
export function answerRows(
  state: ServingState,
  { pipeline }: ServedPipeline,
  answering: Answering,
  request: RequestRows,
  reason: string,
  tally: TallyCounter | undefined,
): Float32Array | Promise<Float32Array> {
  const began = performance.now();
  tally?.requested();
  const { values } = request.rows;
  const atOnce = values && answering.loaded.scorer.scoreValues?.(values);
  const asked = { reason, tally, began };
  // Where it has no score, the reference says what is wrong.
  if (atOnce === undefined || !Number.isFinite(atOnce)) return answerLater(state, pipeline, answering, request, asked);
  return counted(state, pipeline, answering, request, asked, Float32Array.of(atOnce));
}

interface AskedAt {
  readonly reason: string;
  readonly tally: TallyCounter | undefined;
  /** Of `performance.now()`. */
  readonly began: number;
}

async function answerLater(
  state: ServingState,
  pipeline: string,
  answering: Answering,
  request: RequestRows,
  asked: AskedAt,
): Promise<Float32Array> {
  const { routed, scorer } = answering.loaded;
  const { rows } = request;
  try {
    const scores = requireScores(await scorer.score(rows), rows.rows, routed.version);
    return counted(state, pipeline, answering, request, asked, scores);
  } catch (error) {
    asked.tally?.failed();
    state.metrics.failure(pipeline, routed.version, (performance.now() - asked.began) / 1_000);
    throw error;
  }
}

function counted(
  { clock, metrics, log }: ServingState,
  pipeline: string,
  answering: Answering,
  request: RequestRows,
  { reason, tally, began }: AskedAt,
  scores: Float32Array,
): Float32Array {
  const ms = performance.now() - began;
  tally?.scored(ms, scores);
  tally?.answered();
  const at = clock();
  metrics.predictions(pipeline, answering.loaded.routed.version, scores.length, ms / 1_000, at);
  log.append({ pipeline, at, answering, reason, scores, ...request });
  return scores;
}
