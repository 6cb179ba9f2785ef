import type { Parameters } from '../core/trial.ts';
import type { Backend } from './backends/backend.ts';
import { laneScores } from './laneScores.ts';
import type { Learner, MatrixShape } from './learners/learner.ts';
import { logLoss } from './metrics/logLoss.ts';
import type { Rows } from './trainingData.ts';
import type { CheckedState, TrainState } from './trainState.ts';

/** Measures lanes on rows apart; each one's best check so far, in their order. */
export async function checkLanes(
  backend: Backend,
  learner: Learner,
  parameters: Parameters,
  lanes: readonly TrainState[],
  rows: Rows,
  shape: MatrixShape,
): Promise<CheckedState[]> {
  const weights = lanes.map((lane) => lane.weights);
  const scores = await laneScores(backend, learner, parameters, weights, rows, shape);
  return lanes.map(({ checked, weights }, lane) => {
    const loss = Math.fround(logLoss.value(scores[lane] ?? new Float64Array(), rows.labels));
    if (checked !== undefined && !(loss < checked.loss)) return { ...checked, since: checked.since + 1 };
    return { weights, loss, since: 0 };
  });
}
