import type { ColumnPlan, ColumnType } from '../../core/contractPlan.ts';
import { hourMs } from '../../core/time.ts';
import { PlainFile, type PlainPage } from './plainFile.ts';
import { Texts } from './texts.ts';

/** A column of rows: of texts their numbers (-1 for null), of booleans 0, 1 and 2 for null, of all others NaN for null. */
export type RowsColumn =
  | { readonly type: 'string'; readonly values: Int32Array; readonly texts: Texts }
  | { readonly type: 'boolean'; readonly values: Uint8Array }
  /** A date is microseconds UTC. */
  | { readonly type: 'int' | 'number' | 'date'; readonly values: Float64Array };

/** Rows of some hours as columns, in the order of the source. */
export interface PlainRows {
  readonly count: number;
  /** The contract's. */
  readonly columns: readonly RowsColumn[];
  readonly malformed: RowsColumn & { readonly type: 'string' };
  readonly raw: RowsColumn & { readonly type: 'string' };
  /** The row's line in its file. */
  readonly line: RowsColumn & { readonly type: 'int' };
  /** By row: which of the files it is from. */
  readonly file: Int32Array;
  /** By row: the start of its hour, milliseconds UTC, NaN without an event time. */
  readonly hour: Float64Array;
}

/**
 * The rows of some hours that lie in staged files; those without an event time have NaN for an hour. Undefined where a
 * file was not written by `plainParquet`, where there are other than so many rows, or where a whole number is beyond
 * 2^53: another reader reads these. The memory of `spare` rows is written over.
 */
export function plainRows(
  plans: readonly ColumnPlan[],
  event: number,
  files: readonly string[],
  starts: readonly number[],
  count: number,
  spare?: PlainRows,
): PlainRows | undefined {
  const rows = emptyRows(plans, count, spare);
  const wanted = new Set(starts);
  let at = 0;
  for (const [file, path] of files.entries()) {
    const held = PlainFile.open(path);
    if (held === undefined) return undefined;
    try {
      if (!held.mayReach(event, starts)) continue;
      const picked = pickedRows(held.page(event), wanted);
      if (picked.count === 0) continue;
      if (at + picked.count > count) return undefined;
      rows.file.fill(file, at, at + picked.count);
      rows.hour.set(picked.hours, at);
      const all = [...rows.columns, rows.malformed, rows.raw, rows.line];
      for (const [k, column] of all.entries()) if (!append(column, at, held.page(k), picked.wanted)) return undefined;
      at += picked.count;
    } finally {
      held.close();
    }
  }
  return at === count ? rows : undefined;
}

function emptyRows(plans: readonly ColumnPlan[], count: number, spare: PlainRows | undefined): PlainRows {
  return {
    count,
    columns: plans.map(({ type }, k) => emptyColumn(type, count, spare?.columns[k])),
    malformed: textColumn(count, spare?.malformed),
    raw: textColumn(count, spare?.raw),
    line: { type: 'int', values: floats(count, spare?.line.values) },
    file: new Int32Array(memoryFor(count * 4, spare?.file), 0, count),
    hour: floats(count, spare?.hour),
  };
}

function emptyColumn(type: ColumnType, count: number, spare: RowsColumn | undefined): RowsColumn {
  if (type === 'string') return textColumn(count, spare);
  if (type === 'boolean') return { type, values: new Uint8Array(memoryFor(count, spare?.values), 0, count) };
  return { type, values: floats(count, spare?.values) };
}

function textColumn(count: number, spare: RowsColumn | undefined): RowsColumn & { readonly type: 'string' } {
  const texts = spare?.type === 'string' ? spare.texts : new Texts();
  texts.clear();
  return { type: 'string', values: new Int32Array(memoryFor(count * 4, spare?.values), 0, count), texts };
}

function floats(count: number, spare: Values | undefined): Float64Array {
  return new Float64Array(memoryFor(count * 8, spare), 0, count);
}

type Values = RowsColumn['values'];

/** Memory that is new costs its first use as much as what is then done with it. */
function memoryFor(bytes: number, spare: Values | undefined): ArrayBufferLike {
  return spare !== undefined && spare.buffer.byteLength >= bytes ? spare.buffer : new ArrayBuffer(bytes);
}

interface Picked {
  readonly count: number;
  /** By row of the file: 1 where it is wanted. */
  readonly wanted: Uint8Array;
  readonly hours: Float64Array;
}

/** The rows of a file that lie in hours wanted. */
function pickedRows({ rows, present, values }: PlainPage, starts: ReadonlySet<number>): Picked {
  const view = new DataView(values.buffer, values.byteOffset, values.length);
  const wanted = new Uint8Array(rows);
  const hours = new Float64Array(rows);
  let count = 0;
  let [last, isWanted] = [Number.NaN, false];
  for (let row = 0, at = 0; row < rows; row += 1) {
    const isDated = present[row] === 1;
    const start = isDated ? Math.floor(wholeAt(view, at) / hourUs) * hourMs : Number.NaN;
    if (isDated) at += 8;
    if (start !== last) [last, isWanted] = [start, starts.has(start)];
    if (!isWanted) continue;
    wanted[row] = 1;
    hours[count] = start;
    count += 1;
  }
  return { count, wanted, hours: hours.subarray(0, count) };
}

const hourUs = hourMs * 1_000;

/** A 64-bit number, exact up to 2^53. */
function wholeAt(view: DataView, at: number): number {
  return view.getInt32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
}

/** Puts a page's wanted values in from a row on; false where one is a whole number beyond 2^53. */
function append(column: RowsColumn, from: number, page: PlainPage, wanted: Uint8Array): boolean {
  if (column.type === 'string') appendTexts(column.values, column.texts, from, page, wanted);
  else if (column.type === 'boolean') appendBooleans(column.values, from, page, wanted);
  else if (column.type === 'number') appendNumbers(column.values, from, page, wanted);
  else return appendWhole(column.values, from, page, wanted);
  return true;
}

function appendTexts(to: Int32Array, texts: Texts, from: number, page: PlainPage, wanted: Uint8Array): void {
  const { rows, present, values } = page;
  let next = from;
  for (let row = 0, at = 0; row < rows; row += 1) {
    const isThere = present[row] === 1;
    const length = isThere
      ? (values[at] ?? 0) | ((values[at + 1] ?? 0) << 8) | ((values[at + 2] ?? 0) << 16) | ((values[at + 3] ?? 0) << 24)
      : 0;
    if (wanted[row] === 1) {
      to[next] = isThere ? texts.numberOf(values, at + 4, length) : -1;
      next += 1;
    }
    if (isThere) at += length + 4;
  }
}

function appendBooleans(to: Uint8Array, from: number, page: PlainPage, wanted: Uint8Array): void {
  const { rows, present, values } = page;
  let next = from;
  for (let row = 0, at = 0; row < rows; row += 1) {
    const isThere = present[row] === 1;
    if (wanted[row] === 1) {
      to[next] = isThere ? ((values[at >> 3] ?? 0) >> (at & 7)) & 1 : 2;
      next += 1;
    }
    if (isThere) at += 1;
  }
}

function appendNumbers(to: Float64Array, from: number, page: PlainPage, wanted: Uint8Array): void {
  const { rows, present, values } = page;
  const view = new DataView(values.buffer, values.byteOffset, values.length);
  let next = from;
  for (let row = 0, at = 0; row < rows; row += 1) {
    const isThere = present[row] === 1;
    if (wanted[row] === 1) {
      to[next] = isThere ? view.getFloat64(at, true) : Number.NaN;
      next += 1;
    }
    if (isThere) at += 8;
  }
}

function appendWhole(to: Float64Array, from: number, page: PlainPage, wanted: Uint8Array): boolean {
  const { rows, present, values } = page;
  const view = new DataView(values.buffer, values.byteOffset, values.length);
  let isSafe = true;
  let next = from;
  for (let row = 0, at = 0; row < rows; row += 1) {
    const isThere = present[row] === 1;
    if (wanted[row] === 1) {
      const value = isThere ? wholeAt(view, at) : Number.NaN;
      if (value > Number.MAX_SAFE_INTEGER || value < -Number.MAX_SAFE_INTEGER) isSafe = false;
      to[next] = value;
      next += 1;
    }
    if (isThere) at += 8;
  }
  return isSafe;
}
