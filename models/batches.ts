import type { Tensor2D } from '@tensorflow/tfjs-core';
import { seededRandom, shuffledIndices } from '../core/random.ts';
import type { Tf } from './backends/backend.ts';
import type { Batch, MatrixShape } from './learners/learner.ts';
import type { Rows } from './trainingData.ts';

/** Rows of one step; larger ones train faster a second and learn less a row. */
export const usualBatchRows = 1_024;

/** Steps that a budget of epochs over so many rows comes to. */
export function stepsOf(epochs: number, rows: number, batchRows = usualBatchRows): number {
  const roundingError = 1e-9;
  return Math.ceil((epochs * rows) / Math.min(batchRows, rows) - roundingError);
}

/** Fills the same arrays again and again with the rows of one step, so that training leaves no garbage behind. */
export interface Batches {
  readonly rows: number;
  /** The tensors of a step, to be disposed by the caller's `tidy`; the last step's are void then. */
  tensors(tf: Tf, step: number): LabelledBatch;
}

export interface LabelledBatch {
  readonly batch: Batch;
  /** [lanes or 1, rows]. */
  readonly labels: Tensor2D;
  /** How often each row counts, [lanes or 1, rows]; null where all count once. */
  readonly rowWeights: Tensor2D | null;
}

/**
 * Step s takes the places [s x rows, (s + 1) x rows) of one endless line: the training rows in the order of epoch 0,
 * then in that of epoch 1, and so on. So every batch is full and a step's rows depend on the seed and the step alone.
 * Lanes with one seed share their rows; with several seeds, `seeds` has one for each lane.
 */
export function seededBatches(data: Rows, shape: MatrixShape, seeds: readonly number[], most: number): Batches {
  const rows = Math.min(most, data.rows);
  const orders = (new Set(seeds).size === 1 ? seeds.slice(0, 1) : seeds).map((seed) => epochOrder(data.rows, seed));
  const gathered = gatherer(data, shape, orders.length, rows);
  return {
    rows,
    tensors(tf, step) {
      for (const [lane, orderOf] of orders.entries()) {
        for (let row = 0; row < rows; row += 1) {
          const place = step * rows + row;
          const epoch = Math.floor(place / data.rows);
          gathered.copy(orderOf(epoch)[place - epoch * data.rows] ?? 0, lane, row);
        }
      }
      return gathered.tensors(tf);
    },
  };
}

/** Rows from..to of the data as they lie, for scoring. */
export function tensorsOfRows(tf: Tf, data: Rows, shape: MatrixShape, from: number, to: number): Batch {
  const gathered = gatherer(data, shape, 1, to - from);
  for (let row = from; row < to; row += 1) gathered.copy(row, 0, row - from);
  return gathered.tensors(tf).batch;
}

/** A seed of its own for each use of a trial's seed: 0 for the first weights, 1 + e for the order of epoch e. */
export function seedOf(seed: number, use: number): number {
  return (Math.imul(seed, 0x85ebca6b) ^ Math.imul(use + 1, 0xc2b2ae35)) | 0;
}

function epochOrder(rows: number, seed: number): (epoch: number) => Uint32Array {
  let held: { epoch: number; order: Uint32Array } = { epoch: -1, order: new Uint32Array() };
  return (epoch) => {
    if (epoch !== held.epoch) {
      held = { epoch, order: shuffledIndices(rows, seededRandom(seedOf(seed, 1 + epoch))) };
    }
    return held.order;
  };
}

/** Turns rows into columns on the way: a tensor of numbers is [lanes, width, rows]. */
function gatherer(data: Rows, { width, categories }: MatrixShape, lanes: number, rows: number) {
  const numeric = new Float32Array(lanes * width * rows);
  const columns = categories.map(() => new Int32Array(lanes * rows));
  const labels = new Float32Array(lanes * rows);
  const rowWeights = data.weights === undefined ? null : new Float32Array(lanes * rows);
  return {
    copy(from: number, lane: number, row: number): void {
      const to = lane * rows + row;
      const top = lane * width * rows + row;
      for (let at = 0; at < width; at += 1) numeric[top + at * rows] = data.numeric[from * width + at] ?? 0;
      for (let at = 0; at < columns.length; at += 1) {
        (columns[at] as Int32Array)[to] = data.categories[from * columns.length + at] ?? 0;
      }
      labels[to] = data.labels[from] ?? 0;
      if (rowWeights !== null) rowWeights[to] = data.weights?.[from] ?? 1;
    },
    tensors(tf: Tf): LabelledBatch {
      const named = categories.map(
        ({ name }, at) => [name, tf.tensor2d(columns[at] as Int32Array, [lanes, rows], 'int32')] as const,
      );
      const batch: Batch = {
        numeric: width === 0 ? null : tf.tensor3d(numeric, [lanes, width, rows]),
        categories: Object.fromEntries(named),
      };
      const weights = rowWeights === null ? null : tf.tensor2d(rowWeights, [lanes, rows]);
      return { batch, labels: tf.tensor2d(labels, [lanes, rows]), rowWeights: weights };
    },
  };
}
