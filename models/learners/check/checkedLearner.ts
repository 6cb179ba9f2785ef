import type { Parameters } from '../../../core/trial.ts';
import type { Backend } from '../../backends/backend.ts';
import { laneScores } from '../../laneScores.ts';
import type { TrainingData } from '../../trainingData.ts';
import type { Learner } from '../learner.ts';
import type { Weights } from '../weights.ts';

/** A learner with the parameters that it is checked with, and rows that it can learn something from. */
export interface CheckedLearner {
  readonly backend: Backend;
  readonly learner: Learner;
  readonly parameters: Parameters;
  readonly data: TrainingData;
}

/** One thing that every learner keeps. */
export interface LearnerCheck {
  /** As a sentence. */
  readonly name: string;
  run(subject: CheckedLearner): Promise<CheckFigure>;
}

export interface CheckFigure {
  readonly passed: boolean;
  /** What was measured. */
  readonly figure: string;
}

/** The scores of the validation rows, as training scores them. */
export async function scored(subject: CheckedLearner, weights: Weights): Promise<Float64Array> {
  const { backend, learner, parameters, data } = subject;
  const [scores] = await laneScores(backend, learner, parameters, [weights], data.validate, data.shape);
  return scores ?? new Float64Array();
}

/** NaN where a score is none. */
export function largestDifference(one: Float64Array, other: ArrayLike<number>): number {
  return one.reduce((most, score, row) => Math.max(most, Math.abs(score - (other[row] ?? Number.NaN))), 0);
}
