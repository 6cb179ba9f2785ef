import type { Tensor2D } from '@tensorflow/tfjs-core';
import { seededRandom, shuffledIndices } from '../core/random.ts';
import type { Tf } from './backends/backend.ts';
import type { Batch, MatrixShape } from './learners/learner.ts';
import type { Rows } from './trainingData.ts';

/** Rows of one step; larger ones train faster a second and learn less a row. */
export const batchRows = 1_024;

/** Fills the same arrays again and again with the rows of one step, so that training leaves no garbage behind. */
export interface Batches {
  readonly rows: number;
  /** The tensors of a step, to be disposed by the caller's `tidy`; the last step's are void then. */
  tensors(tf: Tf, step: number): { readonly batch: Batch; readonly labels: Tensor2D };
}

/**
 * Step s takes the places [s x rows, (s + 1) x rows) of one endless line: the training rows in the order of epoch 0,
 * then in that of epoch 1, and so on. So every batch is full and a step's rows depend on the seed and the step alone.
 */
export function seededBatches(data: Rows, shape: MatrixShape, seed: number): Batches {
  const rows = Math.min(batchRows, data.rows);
  const gathered = gatherer(data, shape, rows);
  const orderOf = epochOrder(data.rows, seed);
  return {
    rows,
    tensors(tf, step) {
      for (let row = 0; row < rows; row += 1) {
        const place = step * rows + row;
        const epoch = Math.floor(place / data.rows);
        gathered.copy(orderOf(epoch)[place - epoch * data.rows] ?? 0, row);
      }
      return gathered.tensors(tf, rows);
    },
  };
}

/** Rows from..to of the data as they lie, for scoring. */
export function tensorsOfRows(tf: Tf, data: Rows, shape: MatrixShape, from: number, to: number): Batch {
  const gathered = gatherer(data, shape, to - from);
  for (let row = from; row < to; row += 1) gathered.copy(row, row - from);
  return gathered.tensors(tf, to - from).batch;
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

function gatherer(data: Rows, { width, categories }: MatrixShape, size: number) {
  const numeric = new Float32Array(size * width);
  const columns = categories.map(() => new Int32Array(size));
  const labels = new Float32Array(size);
  return {
    copy(from: number, to: number): void {
      for (let at = 0; at < width; at += 1) numeric[to * width + at] = data.numeric[from * width + at] ?? 0;
      columns.forEach((column, at) => {
        column[to] = data.categories[from * columns.length + at] ?? 0;
      });
      labels[to] = data.labels[from] ?? 0;
    },
    tensors(tf: Tf, rows: number) {
      const named = categories.map(({ name }, at) => [name, tf.tensor1d(columns[at] ?? [], 'int32')] as const);
      const batch: Batch = {
        numeric: width === 0 ? null : tf.tensor2d(numeric, [rows, width]),
        categories: Object.fromEntries(named),
      };
      return { batch, labels: tf.tensor2d(labels, [rows, 1]) };
    },
  };
}
