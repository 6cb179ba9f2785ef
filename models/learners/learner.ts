import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { GraphPart } from '../../core/graph.ts';
import type { Activation } from '../../core/learnerPlan.ts';
import type { Encoders } from '../../core/matrix.ts';
import type { Random } from '../../core/random.ts';
import type { Parameters } from '../../core/trial.ts';
import type { Tf } from '../backends/backend.ts';
import type { Weights } from './weights.ts';

/**
 * A kind of model that the search trains. It ends in one logit per row; the sigmoid and the loss are the trainer's. Models
 * that differ in rates, penalties and seeds alone are trained side by side, as the lanes of one program: whatever takes
 * tensors takes a stack of them, one for each lane.
 */
export interface Learner {
  /** Part of a trial's key: raise it whenever the same request would give other weights. */
  readonly version: number;
  initialWeights(shape: MatrixShape, parameters: Parameters, random: Random): Weights;
  /**
   * [lanes, 1, rows], made of the stacked operations of models/backends, which have gradients. Of the parameters, those
   * that all lanes share.
   */
  logits(tf: Tf, weights: NamedTensors, batch: Batch, parameters: Parameters): Tensor3D;
  /**
   * The same function told as layers, where it is that: a backend that has operations of its own trains those without
   * TensorFlow.js between.
   */
  network?(shape: MatrixShape, parameters: Parameters): DenseNetwork;
  /** The category that a weight has a row for each value of; undefined for every other weight. */
  categoryOf(weight: string): string | undefined;
  /** The l2 strength of a weight: the loss grows by strength / 2 times the sum of its squares. */
  penalty(weight: string, parameters: Parameters): number;
  /**
   * The same function as ONNX nodes: takes `scaled` float [rows, width] and `category:<name>` int64 [rows] for each
   * category of `encoders.columns`, and ends in `logit` float [rows, 1].
   */
  onnx(weights: Weights, parameters: Parameters, context: LearnerContext): GraphPart;
}

/**
 * Dense layers over the numeric columns and, after them, the tables' rows; all but the last, of one unit, end in the
 * activation. Each is the names of weights.
 */
export interface DenseNetwork {
  /** For each category in turn. */
  readonly tables: readonly string[];
  readonly layers: readonly { readonly kernel: string; readonly bias: string }[];
  readonly activation: Activation;
  /** Share of each hidden layer's units that rest in a step. */
  readonly dropout: number;
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

/** By the weight's name: its values in all lanes, [lanes, ...dims]. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

/** Rows as tensors: the same rows for all lanes where the first dimension is 1. */
export interface Batch {
  /** Scaled, [lanes or 1, width, rows]; null where the matrix has no numeric column. */
  readonly numeric: Tensor3D | null;
  /** By the category's name: indices, int32 [lanes or 1, rows]. */
  readonly categories: Readonly<Record<string, Tensor2D>>;
  /**
   * Which of a layer's units rest in this step, for dropout: 0 for the given share of them, drawn by the trial's seed,
   * the step and the layer; 1 / (1 - share) for the others, so that sums stay as they are; [lanes or 1, units, rows].
   * Left out where nothing is trained.
   */
  readonly restMask?: (layer: number, units: number, share: number) => Tensor3D;
}
