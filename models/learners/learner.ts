import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { GraphPart } from '../../core/graph.ts';
import type { LearnerKind } from '../../core/learnerPlan.ts';
import type { Encoders } from '../../core/matrix.ts';
import type { Random } from '../../core/random.ts';
import type { Parameters } from '../../core/trial.ts';
import type { Tf } from '../backends/backend.ts';
import type { Weights } from './weights.ts';

/** A kind of model that the search trains. It ends in one logit per row; the sigmoid and the loss are the trainer's. */
export interface Learner {
  readonly kind: LearnerKind;
  /** Part of a trial's key: raise it whenever the same request would give other weights. */
  readonly version: number;
  initialWeights(shape: MatrixShape, parameters: Parameters, random: Random): Weights;
  /** [rows, 1], made of the operations of backends/operations.ts, which have gradients. */
  logits(tf: Tf, weights: NamedTensors, batch: Batch): Tensor2D;
  /** The l2 strength of a weight: the loss grows by strength / 2 times the sum of its squares. */
  penalty(weight: string, parameters: Parameters): number;
  /**
   * The same function as ONNX nodes: takes `scaled` float [rows, width] and `category:<name>` int64 [rows] for each
   * category of `encoders.columns`, and ends in `logit` float [rows, 1].
   */
  onnx(weights: Weights, parameters: Parameters, context: LearnerContext): GraphPart;
}

export interface LearnerContext {
  readonly encoders: Encoders;
}

/** What the rows of a matrix look like. */
export interface MatrixShape {
  readonly width: number;
  /** Per category its name and how many indices there are, the unseen value's 0 included. */
  readonly categories: readonly { readonly name: string; readonly values: number }[];
}

export type NamedTensors = Readonly<Record<string, Tensor>>;

/** Rows as tensors. */
export interface Batch {
  /** Scaled, [rows, width]; null where the matrix has no numeric column. */
  readonly numeric: Tensor2D | null;
  /** By the category's name: indices, int32 [rows]. */
  readonly categories: Readonly<Record<string, Tensor1D>>;
}
