import type { Handle, Operations } from './backends/operations.ts';
import type { Batches } from './batches.ts';
import type { DenseNetwork } from './learners/learner.ts';
import { blockNamed, type LayerWeights } from './networkWeights.ts';
import type { Block, Stack } from './stack.ts';

/**
 * What goes into the first layer, [lanes or 1, rows, inputs]: the numeric columns, the row of each category's table, and
 * 1. Tables make the rows of each lane its own; without them lanes with one seed share theirs.
 */
export interface NetworkInput {
  /** [lanes or 1, rows], of the step that was filled last. */
  readonly labels: Float32Array;
  readonly rowWeights: Float32Array | null;
  fill(operations: Operations, step: number): Handle;
  /** The first layer's weights times the input, [lanes, units, rows]. */
  product(operations: Operations, weights: Handle, layer: LayerWeights, x: Handle): Handle;
  /** The gradient of the first layer's weights, by the slope of what they gave. */
  slope(operations: Operations, slope: Handle, layer: LayerWeights, x: Handle): Handle;
  /** The gradients of the tables, behind the losses, by that slope and the first layer's weights. */
  tell(operations: Operations, slope: Handle, layer: LayerWeights, weights: Float32Array, computed: Float32Array): void;
}

export function openNetworkInput({ tables: names }: DenseNetwork, stack: Stack, batches: Batches): NetworkInput {
  const { rows, data, orders } = batches;
  const { width } = batches.shape;
  const tables = tablesOf(names.map((name) => blockNamed(stack, name)));
  const embedded = tables.reduce((sum, table) => sum + table.width, 0);
  const inputs = width + embedded + 1;
  const lanes = tables.length > 0 ? stack.lanes : orders;
  const isShared = lanes < stack.lanes;
  const values = new Float32Array(lanes * rows * inputs).fill(1);
  const labels = new Float32Array(orders * rows);
  const rowWeights = data.weights === undefined ? null : new Float32Array(orders * rows);
  let taken: readonly Uint32Array[] = [];
  const rowsOf = (lane: number): Uint32Array => taken[orders === 1 ? 0 : lane] ?? new Uint32Array();

  /** Where each row's row of each table begins in the stack. */
  const starts = new Uint32Array(lanes * tables.length * rows);

  const fillTable = (table: number, lane: number): void => {
    const { first, laneSize, width: columns, column } = tables[table] as Table;
    const [own, { categories }, { values: from }] = [rowsOf(lane), data, stack];
    const base = (lane * tables.length + table) * rows;
    const begin = first + lane * laneSize;
    // In a loop of its own, memory fetches many rows' values side by side.
    for (let row = 0; row < rows; row += 1) {
      starts[base + row] = begin + (categories[(own[row] ?? 0) * tables.length + table] ?? 0) * columns;
    }
    for (let row = 0; row < rows; row += 1) {
      const start = starts[base + row] ?? 0;
      const to = (lane * rows + row) * inputs + width + column;
      for (let at = 0; at < columns; at += 1) values[to + at] = from[start + at] ?? 0;
    }
  };

  /** Every row adds the slope of what it took from a table to that row of the table. */
  const addTable = (table: number, lane: number, slopes: Float32Array, computed: Float32Array): void => {
    const { width: columns, column } = tables[table] as Table;
    const base = (lane * tables.length + table) * rows;
    for (let row = 0; row < rows; row += 1) {
      const to = stack.lanes + (starts[base + row] ?? 0);
      const from = (lane * rows + row) * embedded + column;
      for (let at = 0; at < columns; at += 1) computed[to + at] = (computed[to + at] ?? 0) + (slopes[from + at] ?? 0);
    }
  };

  return {
    labels,
    rowWeights,
    fill(operations, step) {
      taken = batches.taken(step);
      for (const [lane, own] of taken.entries()) {
        for (let row = 0; row < rows; row += 1) labels[lane * rows + row] = data.labels[own[row] ?? 0] ?? 0;
        if (rowWeights === null) continue;
        for (let row = 0; row < rows; row += 1) rowWeights[lane * rows + row] = data.weights?.[own[row] ?? 0] ?? 0;
      }
      for (let lane = 0; lane < lanes; lane += 1) {
        takeNumbers(values, data.numeric, rowsOf(lane), { width, inputs, first: lane * rows * inputs });
        for (const table of tables.keys()) fillTable(table, lane);
      }
      return operations.tensor([lanes, rows, inputs], values);
    },
    product(operations, weights, { units }, x) {
      if (!isShared) return operations.product(weights, x, 'b');
      const together = operations.reshape(weights, [1, stack.lanes * units, inputs]);
      return operations.reshape(operations.product(together, x, 'b'), [stack.lanes, units, rows]);
    },
    slope(operations, slope, { units }, x) {
      if (!isShared) return operations.product(slope, x);
      return operations.product(operations.reshape(slope, [1, stack.lanes * units, rows]), x);
    },
    tell(operations, slope, layer, weights, computed) {
      if (tables.length === 0) return;
      const columns = columnsOf(weights, layer.inputs, width, embedded);
      const behind = operations.tensor([lanes, layer.units, embedded], columns);
      const slopes = operations.read(operations.product(slope, behind, 'a'));
      for (const [table, { first, laneSize }] of tables.entries()) {
        computed.fill(0, stack.lanes + first, stack.lanes + first + stack.lanes * laneSize);
        for (let lane = 0; lane < lanes; lane += 1) addTable(table, lane, slopes, computed);
      }
    },
  };
}

/** So many rows are touched before they are copied: memory fetches them side by side, and not one after the other. */
const rowsOfTile = 64;
/** Numbers in what memory fetches at once. */
const lineNumbers = 16;

/** Copies rows of `width` numbers to where rows of `inputs` numbers lie, from `first` on. */
function takeNumbers(
  into: Float32Array,
  numeric: Float32Array,
  taken: Uint32Array,
  { width, inputs, first }: { readonly width: number; readonly inputs: number; readonly first: number },
): void {
  for (let tile = 0; tile < taken.length; tile += rowsOfTile) {
    const end = Math.min(taken.length, tile + rowsOfTile);
    touch(numeric, taken, width, tile, end);
    for (let row = tile; row < end; row += 1) {
      const [from, to] = [(taken[row] ?? 0) * width, first + row * inputs];
      for (let at = 0; at < width; at += 1) into[to + at] = numeric[from + at] ?? 0;
    }
  }
}

/** Kept, so that no compiler takes the reading for useless. */
const touched = new Float32Array(1);

function touch(numeric: Float32Array, taken: Uint32Array, width: number, tile: number, end: number): void {
  let sum = 0;
  for (let row = tile; row < end; row += 1) {
    const from = (taken[row] ?? 0) * width;
    for (let at = 0; at < width; at += lineNumbers) sum += numeric[from + at] ?? 0;
    sum += numeric[from + width - 1] ?? 0;
  }
  touched[0] = sum;
}

/** A table of numbers, a row for each value of a category. */
interface Table {
  /** Where it begins in the stack, and how long each lane's is. */
  readonly first: number;
  readonly laneSize: number;
  readonly width: number;
  /** Where its rows lie among the embedded numbers. */
  readonly column: number;
}

function tablesOf(blocks: readonly Block[]): Table[] {
  let column = 0;
  return blocks.map(({ offset, size, dims }) => {
    const table = { first: offset, laneSize: size, width: dims[1] ?? 1, column };
    column += table.width;
    return table;
  });
}

/** Some columns of rows of `width` numbers. */
function columnsOf(values: Float32Array, width: number, from: number, columns: number): Float32Array {
  const taken = new Float32Array((values.length / width) * columns);
  for (let row = 0; row * width < values.length; row += 1) {
    taken.set(values.subarray(row * width + from, row * width + from + columns), row * columns);
  }
  return taken;
}
