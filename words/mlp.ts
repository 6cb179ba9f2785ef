import { gridOf, isNotNegative, isPositive } from './gridOf.ts';
import type { Learner } from './learner.ts';

export interface MlpGrid {
  /** Widths of the hidden layers, from the inputs on: `[[16], [32, 16]]` is two networks. */
  readonly hidden: readonly (readonly number[])[];
  /** Step sizes of Adam. */
  readonly learningRate: readonly number[];
  /** Strengths of the L2 penalty on the weights. */
  readonly l2: readonly number[];
}

/** A network of fully connected layers with ReLU between them; categories come in as embeddings. */
export function mlp(grid: MlpGrid): Learner {
  return {
    kind: 'mlp',
    plan: (place) => ({
      kind: 'mlp',
      hidden: gridOf(
        grid.hidden,
        `${place}.hidden`,
        'one to eight layers of 1 to 4096 units, such as [32, 16]',
        isLayers,
      ),
      learningRate: gridOf(grid.learningRate, `${place}.learningRate`, 'a number above 0', isPositive),
      l2: gridOf(grid.l2, `${place}.l2`, 'a number, 0 or more', isNotNegative),
    }),
  };
}

function isLayers(layers: readonly number[]): boolean {
  if (!Array.isArray(layers) || layers.length === 0 || layers.length > 8) return false;
  return layers.every((units) => Number.isInteger(units) && units >= 1 && units <= 4096);
}
