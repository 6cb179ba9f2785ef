import type { Parameters } from '../core/trial.ts';
import { adamStart } from './adam.ts';
import type { Backend } from './backends/backend.ts';
import { tensorsOfRows } from './batches.ts';
import { eventTurns } from './eventTurns.ts';
import type { Learner, MatrixShape } from './learners/learner.ts';
import type { Weights } from './learners/weights.ts';
import { stacked, stackTensors } from './stack.ts';
import type { Rows } from './trainingData.ts';

/** Each row's score in each lane, in [0, 1]. NaN where a lane's weights have run off to infinity. */
export async function laneScores(
  backend: Backend,
  learner: Learner,
  parameters: Parameters,
  lanes: readonly Weights[],
  data: Rows,
  shape: MatrixShape,
): Promise<Float64Array[]> {
  const { tf } = backend;
  await backend.activate();
  const stack = stacked(lanes.map((weights) => ({ weights, adam: adamStart(weights) })));
  const scores = lanes.map(() => new Float64Array(data.rows));
  if (lanes.length === 0) return scores;
  const giveWay = eventTurns();
  for (let from = 0; from < data.rows; from += scoredAtOnce) {
    const to = Math.min(from + scoredAtOnce, data.rows);
    const logits = tf.tidy(() => {
      const batch = tensorsOfRows(tf, data, shape, from, to);
      return learner.logits(tf, stackTensors(tf, stack), batch, parameters);
    });
    const read = await logits.data();
    logits.dispose();
    scores.forEach((of, lane) => {
      const first = lane * (to - from) - from;
      for (let row = from; row < to; row += 1) of[row] = 1 / (1 + Math.exp(-(read[first + row] ?? Number.NaN)));
    });
    await giveWay();
  }
  return scores;
}

const scoredAtOnce = 8_192;
