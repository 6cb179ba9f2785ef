import { WhetError } from '../core/errors.ts';
import type { RawRows } from './parseRows.ts';
import type { ServedPipeline } from './servedPipeline.ts';
import type { ServingState } from './servingState.ts';
import type { Answering } from './slots.ts';

/** Scores rows, counts them and hands them to the log. Throws `model.no-score` where a score is no number. */
export async function answerRows(
  state: ServingState,
  served: ServedPipeline,
  answering: Answering,
  request: { readonly requestId: string; readonly id: string | undefined; readonly rows: RawRows },
): Promise<Float32Array> {
  const { pipeline } = served;
  const { routed, scorer } = answering.loaded;
  const began = performance.now();
  const secondsSince = (): number => (performance.now() - began) / 1_000;
  try {
    const scores = await scorer.score(request.rows);
    checkScores(scores, routed.version);
    const at = state.clock();
    state.metrics.predictions(pipeline, routed.version, scores.length, secondsSince(), at);
    state.log.append({ pipeline, at, answering, scores, ...request });
    return scores;
  } catch (error) {
    state.metrics.failure(pipeline, routed.version, secondsSince());
    throw error;
  }
}

/** JSON would turn NaN into null, and a client would take that for an answer. */
function checkScores(scores: Float32Array, version: number): void {
  for (let row = 0; row < scores.length; row += 1) {
    if (Number.isFinite(scores[row])) continue;
    const came = `${scores[row]} for row ${row}`;
    throw new WhetError('model.no-score', { expected: `a score from version ${version}`, came });
  }
}
