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
  readonly rows: RawRows;
  /** The rows' numbers in the request, where they are not all of it. */
  readonly numbers?: readonly number[] | undefined;
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
    const ms = performance.now() - began;
    tally?.scored(ms, scores);
    tally?.answered();
    const at = state.clock();
    state.metrics.predictions(pipeline, routed.version, scores.length, ms / 1_000, at);
    state.log.append({ pipeline, at, answering, reason, scores, ...request });
    return scores;
  } catch (error) {
    tally?.failed();
    state.metrics.failure(pipeline, routed.version, (performance.now() - began) / 1_000);
    throw error;
  }
}
