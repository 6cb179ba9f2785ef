import type { ParquetValues } from '../sources/plainParquet.ts';
import type { RowsColumn } from './plainRows.ts';

/** A column's values of some rows, in their order, as Parquet's plain encoding has them. In memory that the next call writes over. */
export function gathered(column: RowsColumn, rows: Int32Array): ParquetValues {
  const present = new Uint8Array(rows.length);
  if (column.type === 'string') return { present, values: texts(column, rows, present) };
  if (column.type === 'boolean') return { present, values: booleans(column.values, rows, present) };
  const values = column.type === 'number' ? numbers(column.values, rows, present) : whole(column.values, rows, present);
  return { present, values };
}

let memory = new Uint8Array(1 << 20);

function ofBytes(size: number): Uint8Array {
  if (memory.length < size) memory = new Uint8Array(size + (size >> 1));
  return memory;
}

function texts({ values, texts }: RowsColumn & { type: 'string' }, rows: Int32Array, present: Uint8Array): Uint8Array {
  let size = 0;
  for (let k = 0; k < rows.length; k += 1) {
    const number = values[rows[k] ?? 0] ?? -1;
    if (number !== -1) size += texts.length(number) + 4;
  }
  const bytes = ofBytes(size);
  let at = 0;
  for (let k = 0; k < rows.length; k += 1) {
    const number = values[rows[k] ?? 0] ?? -1;
    if (number === -1) continue;
    present[k] = 1;
    const length = texts.length(number);
    bytes[at] = length;
    bytes[at + 1] = length >>> 8;
    bytes[at + 2] = length >>> 16;
    bytes[at + 3] = length >>> 24;
    at = texts.copy(number, bytes, at + 4);
  }
  return bytes.subarray(0, at);
}

/** A byte each: the writer makes bits of them. */
function booleans(values: Uint8Array, rows: Int32Array, present: Uint8Array): Uint8Array {
  const bytes = ofBytes(rows.length);
  let at = 0;
  for (let k = 0; k < rows.length; k += 1) {
    const value = values[rows[k] ?? 0] ?? 2;
    if (value === 2) continue;
    present[k] = 1;
    bytes[at++] = value;
  }
  return bytes.subarray(0, at);
}

function numbers(values: Float64Array, rows: Int32Array, present: Uint8Array): Uint8Array {
  const bytes = ofBytes(rows.length * 8);
  const floats = new Float64Array(bytes.buffer, 0, rows.length);
  let at = 0;
  for (let k = 0; k < rows.length; k += 1) {
    const value = values[rows[k] ?? 0] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    present[k] = 1;
    floats[at++] = value;
  }
  return bytes.subarray(0, at * 8);
}

function whole(values: Float64Array, rows: Int32Array, present: Uint8Array): Uint8Array {
  const bytes = ofBytes(rows.length * 8);
  const words = new Int32Array(bytes.buffer, 0, rows.length * 2);
  let at = 0;
  for (let k = 0; k < rows.length; k += 1) {
    const value = values[rows[k] ?? 0] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    present[k] = 1;
    const high = Math.floor(value / 2 ** 32);
    words[at] = value - high * 2 ** 32;
    words[at + 1] = high;
    at += 2;
  }
  return bytes.subarray(0, at * 4);
}
