import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
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
  /** What they are taken from. */
  readonly data: Rows;
  readonly shape: MatrixShape;
  /** How many orders of rows there are: one, or one for each lane. */
  readonly orders: number;
  /** By order, the numbers of a step's rows; void with the next step. */
  taken(step: number): readonly Uint32Array[];
  /** The values of a step's `restMask`. */
  rests(step: number, layer: number, units: number, share: number): Float32Array;
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
export function seededBatches(
  data: Rows,
  shape: MatrixShape,
  seeds: readonly number[],
  most = usualBatchRows,
): Batches {
  const rows = Math.min(most, data.rows);
  const own = new Set(seeds).size === 1 ? seeds.slice(0, 1) : seeds;
  const orders = own.map((seed) => epochOrder(data.rows, seed));
  const numbers = orders.map(() => new Uint32Array(rows));
  const taken: Batches['taken'] = (step) => {
    for (const [at, orderOf] of orders.entries()) takeRows(numbers[at] as Uint32Array, orderOf, data.rows, step * rows);
    return numbers;
  };
  const rests: Batches['rests'] = (step, layer, units, share) => restValues(own, step, layer, units * rows, share);
  let gathered: ReturnType<typeof gatherer> | undefined;
  return {
    rows,
    data,
    shape,
    orders: orders.length,
    taken,
    rests,
    tensors(tf, step) {
      gathered ??= gatherer(data, shape, orders.length, rows);
      for (const [lane, own] of taken(step).entries()) gathered.gather(own, lane);
      const made = gathered.tensors(tf);
      const restMask = (layer: number, units: number, share: number): Tensor3D =>
        tf.tensor3d(rests(step, layer, units, share), [own.length, units, rows]);
      return { ...made, batch: { ...made.batch, restMask } };
    },
  };
}

/** The rows at the places from `first` on of the endless line. */
function takeRows(into: Uint32Array, orderOf: (epoch: number) => Uint32Array, rows: number, first: number): void {
  for (let done = 0; done < into.length; ) {
    const place = first + done;
    const epoch = Math.floor(place / rows);
    const from = place - epoch * rows;
    const run = orderOf(epoch).subarray(from, Math.min(rows, from + into.length - done));
    into.set(run, done);
    done += run.length;
  }
}

/** Rows from..to of the data as they lie, for scoring. */
export function tensorsOfRows(tf: Tf, data: Rows, shape: MatrixShape, from: number, to: number): Batch {
  const gathered = gatherer(data, shape, 1, to - from);
  gathered.gather(
    Uint32Array.from({ length: to - from }, (_, row) => from + row),
    0,
  );
  return gathered.tensors(tf).batch;
}

/** Dropout (Srivastava et al. 2014), scaled up in training so that scoring has nothing to scale. */
function restValues(seeds: readonly number[], step: number, layer: number, size: number, share: number): Float32Array {
  const values = new Float32Array(seeds.length * size);
  const awake = 1 / (1 - share);
  for (const [lane, seed] of seeds.entries()) {
    const random = seededRandom(seedOf(seedOf(seed, -2 - layer), step));
    for (let at = 0; at < size; at += 1) values[lane * size + at] = random.next() < share ? 0 : awake;
  }
  return values;
}

/**
 * A seed of its own for each use of a trial's seed: 0 for the first weights, 1 + e for the order of epoch e, -2 - l for
 * what rests in layer l.
 */
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

/** So many rows are turned into columns at once: what is read and what is written both stay in the nearest cache. */
const rowsOfTile = 16;

function gatherer(data: Rows, { width, categories }: MatrixShape, lanes: number, rows: number) {
  const numeric = new Float32Array(lanes * width * rows);
  const columns = categories.map(() => new Int32Array(lanes * rows));
  const labels = new Float32Array(lanes * rows);
  const rowWeights = data.weights === undefined ? null : new Float32Array(lanes * rows);
  return {
    /** `taken` has `rows` numbers of rows. */
    gather(taken: Uint32Array, lane: number): void {
      const first = lane * rows;
      for (let row = 0; row < rows; row += 1) labels[first + row] = data.labels[taken[row] ?? 0] ?? 0;
      for (const [at, column] of columns.entries()) {
        gatherColumn(column, first, data.categories, taken, at, columns.length);
      }
      if (rowWeights !== null && data.weights) gatherColumn(rowWeights, first, data.weights, taken, 0, 1);
      for (let tile = 0; tile < rows; tile += rowsOfTile) {
        const end = Math.min(rows, tile + rowsOfTile);
        for (let at = 0; at < width; at += 1) {
          const to = (lane * width + at) * rows;
          for (let row = tile; row < end; row += 1) {
            numeric[to + row] = data.numeric[(taken[row] ?? 0) * width + at] ?? 0;
          }
        }
      }
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

function gatherColumn<T extends Float32Array | Int32Array>(
  into: T,
  first: number,
  from: T,
  taken: Uint32Array,
  at: number,
  width: number,
): void {
  for (let row = 0; row < taken.length; row += 1) into[first + row] = from[(taken[row] ?? 0) * width + at] ?? 0;
}
