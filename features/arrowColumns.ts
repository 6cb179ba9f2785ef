import {
  type Batch,
  batchType,
  Column,
  columnFromArray,
  type DataType,
  dictionary,
  fixedSizeList,
  float32,
  float64,
  int32,
  uint8,
  utf8,
} from '@uwdata/flechette';
import type { CodedTexts } from './hourRows.ts';

/** Arrow columns around typed arrays as they are, and back: flechette's builders would visit each value. */
export function plainColumn(values: Uint8Array | Float64Array): Column<unknown> {
  return new Column([batchOf(values instanceof Uint8Array ? uint8() : float64(), values.length, { values })]);
}

/** A row-major matrix as lists, one per row. */
export function listColumn(values: Float32Array, rows: number): Column<unknown> {
  const child = batchOf(float32(), values.length, { values });
  return new Column([batchOf(fixedSizeList(float32(), values.length / rows), rows, { children: [child] })]);
}

/** The type object itself ties a column to its dictionary, so each column has its own. */
export function dictionaryColumn({ values, codes }: CodedTexts): Column<unknown> {
  const text = utf8();
  const batch = batchOf(dictionary(text, int32()), codes.length, { values: codes });
  batch.setDictionary?.(columnFromArray([...values], text));
  return new Column([batch]);
}

export function plainValues<T extends Uint8Array | Float64Array>(column: Column<unknown>, type: new () => T): T {
  return valuesOf(column.data[0], type);
}

export function childValues(column: Column<unknown>): Float32Array {
  return valuesOf(column.data[0]?.children[0], Float32Array);
}

export function dictionaryTexts(column: Column<unknown>): CodedTexts {
  const batch: TextBatch | undefined = column.data[0];
  const values = batch?.dictionary === undefined ? [] : batch.dictionary.data.flatMap(textsOf);
  return { values, codes: valuesOf(batch, Int32Array).subarray(0, batch?.length ?? 0) };
}

/** All of a dictionary is decoded at once, and cut where its texts end: to decode each takes three times as long. */
function textsOf({ offsets, values, length }: Batch<unknown>): string[] {
  if (!(offsets instanceof Int32Array) || !(values instanceof Uint8Array)) throw new TypeError('Expected texts.');
  const ends = offsets.subarray(0, length + 1);
  const [start = 0, end = 0] = [ends[0], ends.at(-1)];
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  const all = bytes.toString('utf8', start, end);
  // Only of ASCII a character is a byte.
  const text = (from: number, to: number): string =>
    all.length === end - start ? all.slice(from - start, to - start) : bytes.toString('utf8', from, to);
  return Array.from({ length }, (_, at) => text(ends[at] ?? 0, ends[at + 1] ?? 0));
}

interface TextBatch extends Batch<unknown> {
  readonly dictionary?: Column<unknown>;
  setDictionary?(column: Column<unknown>): unknown;
}

/** flechette picks the class of a batch by its type. Nothing is null here. */
function batchOf(
  type: DataType,
  length: number,
  parts: { readonly values?: unknown; readonly children?: readonly unknown[] },
): TextBatch {
  const BatchClass = batchType(type) as new (options: object) => TextBatch;
  return new BatchClass({ type, length, nullCount: 0, validity: new Uint8Array(), ...parts });
}

function valuesOf<T>(batch: Batch<unknown> | undefined, type: new () => T): T {
  const values: unknown = batch?.values;
  if (values instanceof type) return values;
  throw new TypeError(`Expected a column of the Arrow file as ${type.name}.`);
}
