import type { Weights } from './learners/weights.ts';

/** Where training stands: all that the next step depends on, besides the request. */
export interface TrainState {
  readonly weights: Weights;
  readonly adam: AdamState;
  /** What the checks have seen, where training may stop early. */
  readonly checked?: CheckedState | undefined;
}

/** What Adam remembers: per weight the running means of the gradient and of its square. */
export interface AdamState {
  /** Steps taken. */
  readonly steps: number;
  readonly means: readonly Float32Array[];
  readonly squares: readonly Float32Array[];
}

/** The best check so far. */
export interface CheckedState {
  readonly weights: Weights;
  /** Its log loss on the validation rows, in single precision, as a checkpoint keeps it. */
  readonly loss: number;
  /** Checks since then, none of them better. */
  readonly since: number;
}
