import type { ParityRows } from '../../../features/parityRows.ts';
import { scaledNumeric } from '../../../features/scaledNumeric.ts';
import { openBackend } from '../../../models/backends/openBackend.ts';
import { laneScores } from '../../../models/laneScores.ts';
import { knownLearner } from '../../../models/learners/learners.ts';
import { compileModel } from '../../../models/scorers/compiled/compileModel.ts';
import { openOrtScorer } from '../../../models/scorers/ortScorer.ts';
import type { ScorerColumns } from '../../../models/scorers/scorer.ts';
import { shapeOf } from '../../../models/trainingData.ts';
import type { ParitySubject } from './paritySubjects.ts';

/** The reference: raw columns through `model.onnx` in onnxruntime. */
export async function ortScores(model: Uint8Array, given: ScorerColumns): Promise<Float32Array> {
  const scorer = await openOrtScorer(model);
  try {
    return await scorer.score(given);
  } finally {
    await scorer.release();
  }
}

/** The model as JavaScript, row by row. Throws `scorer.not-compiled`. */
export function compiledScores(model: Uint8Array, { rows, columns }: ScorerColumns): Float64Array {
  const { score } = compileModel(model);
  return Float64Array.from({ length: rows }, (_, row) => score(columns, rows, row));
}

/** Features by SQL, scaled and scored as in training. */
export async function trainingScores(
  { encoders, candidate, weights }: ParitySubject,
  { rows, numeric, categories }: ParityRows,
): Promise<Float64Array> {
  const data = { rows, numeric: scaledNumeric(numeric, encoders.scaling), categories, labels: new Uint8Array(rows) };
  const learner = knownLearner(candidate);
  const backend = await openBackend('wasm');
  const [scores] = await laneScores(backend, learner, candidate.parameters, [weights], data, shapeOf(encoders));
  return scores ?? new Float64Array();
}
