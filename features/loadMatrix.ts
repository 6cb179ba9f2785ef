import type { Encoders, MatrixPart } from '../core/matrix.ts';
import { type Hour, hourStart } from '../core/time.ts';
import { concurrently, storeHands } from '../storage/concurrently.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import {
  type CategoryColumn,
  type CodedColumn,
  categoryColumns,
  fillCategory,
  fillColumn,
  sliceColumns,
} from './codedColumns.ts';
import { type SettledRows, settledRows } from './settledRows.ts';

/** Matrix parts in memory, in the order of the parts, to train and to judge on. */
export interface LoadedMatrix {
  readonly rows: number;
  /** Numeric columns. */
  readonly width: number;
  /** Row-major, unscaled; NaN where a value is missing. */
  readonly numeric: Float32Array;
  readonly categoryCount: number;
  /** Row-major places in the encoders' vocabularies: 0 is none of them, i + 1 their value i. */
  readonly categories: Int32Array;
  /** 1 is positive. */
  readonly labels: Uint8Array;
  /** Each row's place among the parts. */
  readonly hours: Int32Array;
  /** Per slice column: its values, sorted, and each row's place among them. */
  readonly slices: Readonly<Record<string, LoadedSlice>>;
  /** Rows left out, as their label is not known by `asOf`. */
  readonly unsettled: number;
}

export interface LoadedSlice {
  readonly values: string[];
  readonly codes: Int32Array;
}

/** Reads parts as of an hour: a row whose label settles after it is left out. Throws `storage.missing`, `storage.damaged`. */
export async function loadMatrix(
  store: ObjectStore,
  parts: readonly MatrixPart[],
  encoders: Encoders,
  asOf: Hour,
): Promise<LoadedMatrix> {
  const limit = hourStart(asOf);
  const blocks = await concurrently(parts, storeHands, (part) => settledRows(store, part, limit));
  const rows = blocks.reduce((sum, { kept }) => sum + kept.length, 0);
  const [categories, slices] = [categoryColumns(encoders, rows), sliceColumns(blocks, rows)];
  return {
    rows,
    ...plainColumns(blocks, rows, encoders.columns.numeric.length),
    ...filledCategories(blocks, categories),
    slices: filledSlices(blocks, slices),
    unsettled: parts.reduce((sum, part) => sum + part.rows, 0) - rows,
  };
}

function plainColumns(
  blocks: readonly SettledRows[],
  rows: number,
  width: number,
): Pick<LoadedMatrix, 'width' | 'numeric' | 'labels' | 'hours'> {
  const [numeric, labels, hours] = [new Float32Array(rows * width), new Uint8Array(rows), new Int32Array(rows)];
  forEachBlock(blocks, ({ data, kept }, first, at) => {
    hours.fill(at, first, first + kept.length);
    for (const { from, to, into } of runsOf(kept, first)) {
      labels.set(data.labels.subarray(from, to), into);
      numeric.set(data.numeric.subarray(from * width, to * width), into * width);
    }
  });
  return { width, numeric, labels, hours };
}

function filledCategories(
  blocks: readonly SettledRows[],
  columns: readonly CategoryColumn[],
): Pick<LoadedMatrix, 'categoryCount' | 'categories'> {
  forEachBlock(blocks, ({ data, kept }, first) => {
    for (const column of columns) fillCategory(column, data, kept, first);
  });
  return { categoryCount: columns.length, categories: columns[0]?.into ?? new Int32Array() };
}

function filledSlices(blocks: readonly SettledRows[], columns: readonly CodedColumn[]): Record<string, LoadedSlice> {
  forEachBlock(blocks, ({ data, kept }, first) => {
    for (const column of columns) fillColumn(column, data.slices, kept, first);
  });
  return Object.fromEntries(
    columns.map(({ name, codeOf, into }) => [name, { values: [...codeOf.keys()], codes: into }]),
  );
}

/** With the row at which each block begins, and its place. */
function forEachBlock(
  blocks: readonly SettledRows[],
  visit: (block: SettledRows, first: number, at: number) => void,
): void {
  let first = 0;
  for (const [at, block] of blocks.entries()) {
    visit(block, first, at);
    first += block.kept.length;
  }
}

/** Rows of a part that follow each other, [from, to), and the row that they go to: mostly a part is a single run. */
function runsOf(kept: Int32Array, first: number): { from: number; to: number; into: number }[] {
  const runs: { from: number; to: number; into: number }[] = [];
  for (let at = 0; at < kept.length; ) {
    const from = kept[at] ?? 0;
    let length = 1;
    while (kept[at + length] === from + length) length += 1;
    runs.push({ from, to: from + length, into: first + at });
    at += length;
  }
  return runs;
}
