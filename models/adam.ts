import type { Weights } from './learners/weights.ts';
import type { Stack } from './stack.ts';
import type { AdamState } from './trainState.ts';

/** What a step of one lane goes by. */
export interface LaneRates {
  readonly learningRate: number;
  /** By weight: its l2, whose gradient is strength times the weight. */
  readonly strengths: readonly number[];
}

/** The state before the first step. */
export function adamStart(weights: Weights): AdamState {
  const zeros = (): Float32Array[] => weights.map((weight) => new Float32Array(weight.values.length));
  return { steps: 0, means: zeros(), squares: zeros() };
}

/**
 * One step of Adam (Kingma and Ba 2015, algorithm 1) in every lane of a stack, in place. `gradients` lie as the stack's
 * values do, from `from` on. Plain typed arrays: one pass over them costs less than the dozen operations it would be on
 * a backend, and a stored state goes on bit for bit, where the optimizer of TensorFlow.js keeps its decay powers where
 * they cannot be read back.
 */
export function adamStep(stack: Stack, gradients: Float32Array, from: number, rates: readonly LaneRates[]): void {
  stack.steps += 1;
  const { steps, lanes } = stack;
  const correction = Math.sqrt(1 - decaySquares ** steps) / (1 - decayMeans ** steps);
  stack.blocks.forEach(({ offset, size }, block) => {
    for (let lane = 0; lane < lanes; lane += 1) {
      const { learningRate = 0, strengths = [] } = rates[lane] ?? {};
      const start = offset + lane * size;
      move(stack, gradients, from, start, start + size, learningRate * correction, strengths[block] ?? 0);
    }
  });
}

/** The values that the paper proposes. */
const decayMeans = 0.9;
const decaySquares = 0.999;
const tiny = 1e-8;

function move(
  { values, means, squares }: Stack,
  gradients: Float32Array,
  from: number,
  start: number,
  end: number,
  rate: number,
  strength: number,
): void {
  for (let at = start; at < end; at += 1) {
    const value = values[at] ?? 0;
    const slope = (gradients[from + at] ?? 0) + strength * value;
    const mean = decayMeans * (means[at] ?? 0) + (1 - decayMeans) * slope;
    const square = decaySquares * (squares[at] ?? 0) + (1 - decaySquares) * slope * slope;
    means[at] = mean;
    squares[at] = square;
    values[at] = value - (rate * mean) / (Math.sqrt(square) + tiny);
  }
}
