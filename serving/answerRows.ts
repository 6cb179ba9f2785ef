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
 * One row that came by itself, by a compiled scorer: nothing is awaited, so nothing has to be kept for later. Undefined where
 * either is otherwise, or where the reference must say what is wrong: then `answerRows` answers.
 */
export function answerRowAtOnce(
  state: ServingState,
  { pipeline }: ServedPipeline,
  answering: Answering,
  request: RequestRows,
  reason: string,
  tally: TallyCounter | undefined,
): Float32Array | undefined {
  const { values } = request.rows;
  const { scoreValues } = answering.loaded.scorer;
  if (values === undefined || scoreValues === undefined) return undefined;
  const began = performance.now();
  const scores = Float32Array.of(scoreValues(values));
  if (!Number.isFinite(scores[0])) return undefined;
  tally?.requested();
  count(state, pipeline, answering, request, { reason, tally, scores, ms: performance.now() - began });
  return scores;
}

/** Scores rows by one version, counts them and hands them to the log. Throws `model.no-score` where a score is no number. */
export async function answerRows(
  state: ServingState,
  { pipeline }: ServedPipeline,
  answering: Answering,
  request: RequestRows,
  reason: string,
  tally: TallyCounter | undefined,
): Promise<Float32Array> {
  const { routed, scorer } = answering.loaded;
  const { rows } = request;
  const began = performance.now();
  tally?.requested();
  try {
    const scores = requireScores(await scorer.score(rows), rows.rows, routed.version);
    count(state, pipeline, answering, request, { reason, tally, scores, ms: performance.now() - began });
    return scores;
  } catch (error) {
    tally?.failed();
    state.metrics.failure(pipeline, routed.version, (performance.now() - began) / 1_000);
    throw error;
  }
}

interface Scored {
  readonly reason: string;
  readonly tally: TallyCounter | undefined;
  readonly scores: Float32Array;
  readonly ms: number;
}

function count(
  { clock, metrics, log }: ServingState,
  pipeline: string,
  answering: Answering,
  request: RequestRows,
  { reason, tally, scores, ms }: Scored,
): void {
  tally?.scored(ms, scores);
  tally?.answered();
  const at = clock();
  metrics.predictions(pipeline, answering.loaded.routed.version, scores.length, ms / 1_000, at);
  log.append({ pipeline, at, answering, reason, scores, ...request });
}
