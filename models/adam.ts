import type { Weights } from './learners/weights.ts';

/** What Adam remembers: per weight the running means of the gradient and of its square. */
export interface AdamState {
  /** Steps taken. */
  readonly steps: number;
  readonly means: readonly Float32Array[];
  readonly squares: readonly Float32Array[];
}

/** The state before the first step. */
export function adamStart(weights: Weights): AdamState {
  const zeros = (): Float32Array[] => weights.map((weight) => new Float32Array(weight.values.length));
  return { steps: 0, means: zeros(), squares: zeros() };
}

/**
 * One step of Adam (Kingma and Ba 2015, algorithm 1) in place, on weights and state alike; returns the state after it.
 * Plain typed arrays, so that a stored state goes on bit for bit: the optimizer of TensorFlow.js keeps its decay powers
 * where they cannot be read back. `strengths` holds each weight's l2, whose gradient is strength times the weight.
 */
export function adamStep(
  weights: Weights,
  gradients: readonly Float32Array[],
  strengths: readonly number[],
  state: AdamState,
  learningRate: number,
): AdamState {
  const steps = state.steps + 1;
  const rate = (learningRate * Math.sqrt(1 - decaySquares ** steps)) / (1 - decayMeans ** steps);
  weights.forEach(({ values }, at) => {
    const [gradient, means, squares] = [gradients[at], state.means[at], state.squares[at]];
    if (gradient === undefined || means === undefined || squares === undefined) return;
    move(values, gradient, strengths[at] ?? 0, means, squares, rate);
  });
  return { ...state, steps };
}

/** The values that the paper proposes. */
const decayMeans = 0.9;
const decaySquares = 0.999;
const tiny = 1e-8;

function move(
  values: Float32Array,
  gradient: Float32Array,
  strength: number,
  means: Float32Array,
  squares: Float32Array,
  rate: number,
): void {
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] ?? 0;
    const slope = (gradient[at] ?? 0) + strength * value;
    const mean = decayMeans * (means[at] ?? 0) + (1 - decayMeans) * slope;
    const square = decaySquares * (squares[at] ?? 0) + (1 - decaySquares) * slope * slope;
    means[at] = mean;
    squares[at] = square;
    values[at] = value - (rate * mean) / (Math.sqrt(square) + tiny);
  }
}
