import { WhetError } from '../../../core/errors.ts';
import { seededRandom } from '../../../core/random.ts';
import { compiledScorer } from '../../scorers/compiledScorer.ts';
import { parityTolerance } from '../../scorers/goldenRows.ts';
import { openOrtScorer } from '../../scorers/ortScorer.ts';
import type { Scorer, ScorerColumns } from '../../scorers/scorer.ts';
import type { Weights } from '../weights.ts';
import { type CheckedLearner, type CheckFigure, largestDifference, scored } from './checkedLearner.ts';
import { learnerModel, modelColumns, scoredByGraph } from './learnerModel.ts';

/** Its graph in onnxruntime against the scores of training. */
export async function checkGraph(subject: CheckedLearner): Promise<CheckFigure> {
  const { learner, parameters, data } = subject;
  const weights = shaken(subject);
  const served = await scoredByGraph(learner, parameters, weights, data.shape, data.validate);
  const apart = largestDifference(await scored(subject, weights), served);
  return { passed: apart < parityTolerance, figure: `onnxruntime within ${apart.toExponential(1)} of training` };
}

/** Its graph compiled, against onnxruntime; what cannot be compiled is no fault, and is said. */
export async function checkCompiled(subject: CheckedLearner): Promise<CheckFigure> {
  const { learner, parameters, data } = subject;
  const model = learnerModel(learner, parameters, shaken(subject), data.shape);
  const reference = await openOrtScorer(model);
  try {
    const columns = modelColumns(data.validate, data.shape);
    const compiled = scoredByRow(compiledScorer(model, reference), columns);
    const apart = largestDifference(compiled, await reference.score(columns));
    return { passed: apart < parityTolerance, figure: `compiled, within ${apart.toExponential(1)} of onnxruntime` };
  } catch (error) {
    if (!(error instanceof WhetError) || error.code !== 'scorer.not-compiled') throw error;
    return { passed: true, figure: `onnxruntime serves it: ${error.facts.came}` };
  } finally {
    await reference.release();
  }
}

function scoredByRow({ scoreRow }: Scorer, { rows, columns }: ScorerColumns): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => {
    const values = Object.entries(columns).map(([name, column]) => [name, column[row]]);
    return scoreRow?.(Object.fromEntries(values)) ?? Number.NaN;
  });
}

/** Away from the zeros that some weights begin at. */
function shaken({ learner, parameters, data }: CheckedLearner): Weights {
  return learner.initialWeights(data.shape, parameters, seededRandom(4)).map((weight, at) => ({
    ...weight,
    values: weight.values.map((value, index) => value + 0.3 * Math.sin(3 * at + index)),
  }));
}
