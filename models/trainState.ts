import type { Weights } from './learners/weights.ts';

/** Where training stands: all that the next step depends on, besides the request. */
export interface TrainState {
  readonly weights: Weights;
  readonly adam: AdamState;
}

/** What Adam remembers: per weight the running means of the gradient and of its square. */
export interface AdamState {
  /** Steps taken. */
  readonly steps: number;
  readonly means: readonly Float32Array[];
  readonly squares: readonly Float32Array[];
}
