import { constants, zstdCompressSync } from 'node:zlib';
import type { ColumnType } from '../../core/contractPlan.ts';
import { binary, list, struct, type ThriftValue, text, varint, whole32, whole64 } from './compactThrift.ts';

/** A column of a Parquet file. Its values follow each other in the plain encoding, those that are null left out; booleans are a byte each. */
export interface ParquetColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly values: Uint8Array;
  /** By row: 1 where there is a value. */
  readonly present: Uint8Array;
}

/**
 * A Parquet file of one row group with a page for each column, as DuckDB reads it. It is there because nothing else
 * brings columns from this process into DuckDB as fast: its appender and its JSON functions go value by value. The format:
 * https://github.com/apache/parquet-format/blob/master/README.md
 */
export function plainParquet(columns: readonly ParquetColumn[], rows: number): Uint8Array {
  const parts: Uint8Array[] = [magic];
  const chunks: ThriftValue[] = [];
  let offset = magic.length;
  for (const column of columns) {
    const { bytes, plainBytes } = pageOf(column, rows);
    const stored = bytes.reduce((sum, { length }) => sum + length, 0);
    chunks.push(chunkOf(column, rows, { offset, stored, plainBytes }));
    parts.push(...bytes);
    offset += stored;
  }
  const footer = footerOf(columns, rows, chunks, offset - magic.length).bytes;
  const size = Buffer.alloc(4);
  size.writeUInt32LE(footer.length);
  return Buffer.concat([...parts, footer, size, magic]);
}

const magic = Buffer.from('PAR1');
const [plain, runLength] = [0, 3];
const zstd = 6;
const optional = 1;

/** Parquet's physical type, and what its values stand for: text in UTF-8, microseconds. */
const types: Readonly<Record<ColumnType, { readonly physical: number; readonly converted?: number }>> = {
  boolean: { physical: 0 },
  int: { physical: 2 },
  date: { physical: 2, converted: 10 },
  number: { physical: 5 },
  string: { physical: 6, converted: 0 },
};

/** A data page of version 2: the levels, which say where a value is, stand before the values and are not compressed. */
function pageOf({ type, values, present }: ParquetColumn, rows: number): { bytes: Uint8Array[]; plainBytes: number } {
  const levels = levelsOf(present);
  const plainValues = type === 'boolean' ? bits(values) : values;
  const body = zstdCompressSync(plainValues, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
  const data = struct([
    [1, whole32(rows)],
    [2, whole32(rows - sumOf(present))],
    [3, whole32(rows)],
    [4, whole32(plain)],
    [5, whole32(levels.length)],
    [6, whole32(0)],
  ]);
  const header = struct([
    [1, whole32(3)],
    [2, whole32(levels.length + plainValues.length)],
    [3, whole32(levels.length + body.length)],
    [8, data],
  ]).bytes;
  return { bytes: [header, levels, body], plainBytes: header.length + levels.length + plainValues.length };
}

function sumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (let k = 0; k < bytes.length; k += 1) sum += bytes[k] ?? 0;
  return sum;
}

/** Whether each row has a value, a bit each; one run where all are alike. */
function levelsOf(present: Uint8Array): Uint8Array {
  const other = present.indexOf(present[0] === 1 ? 0 : 1);
  if (other < 0) return Buffer.concat([varint(BigInt(present.length) << 1n), Buffer.of(present[0] ?? 0)]);
  const packed = bits(present);
  return Buffer.concat([varint((BigInt(packed.length) << 1n) | 1n), packed]);
}

function bits(bytes: Uint8Array): Uint8Array {
  const packed = new Uint8Array(Math.ceil(bytes.length / 8));
  for (let k = 0; k < bytes.length; k += 1) packed[k >> 3] = (packed[k >> 3] ?? 0) | ((bytes[k] ?? 0) << (k & 7));
  return packed;
}

/** Where a page lies in the file, and its bytes there and before they were compressed. */
interface Placed {
  readonly offset: number;
  readonly stored: number;
  readonly plainBytes: number;
}

function chunkOf(column: ParquetColumn, rows: number, { offset, stored, plainBytes }: Placed): ThriftValue {
  const range = column.type === 'date' ? rangeOf(column.values) : undefined;
  const statistics =
    range === undefined
      ? []
      : [
          [
            12,
            struct([
              [5, binary(range.most)],
              [6, binary(range.least)],
            ]),
          ] as const,
        ];
  const metadata = struct([
    [1, whole32(types[column.type].physical)],
    [2, list([whole32(plain), whole32(runLength)])],
    [3, list([text(column.name)])],
    [4, whole32(zstd)],
    [5, whole64(rows)],
    [6, whole64(plainBytes)],
    [7, whole64(stored)],
    [9, whole64(offset)],
    ...statistics,
  ]);
  return struct([
    [2, whole64(offset)],
    [3, metadata],
  ]);
}

/** The least and the greatest of the 64-bit numbers, so that whoever looks for an hour may skip the file. */
function rangeOf(values: Uint8Array): { least: Uint8Array; most: Uint8Array } | undefined {
  if (values.length === 0) return undefined;
  const view = new DataView(values.buffer, values.byteOffset, values.length);
  let least = 0;
  let most = 0;
  for (let at = 8; at < values.length; at += 8) {
    if (isLess(view, at, least)) least = at;
    if (isLess(view, most, at)) most = at;
  }
  return { least: values.subarray(least, least + 8), most: values.subarray(most, most + 8) };
}

function isLess(view: DataView, one: number, other: number): boolean {
  const high = view.getInt32(one + 4, true);
  const otherHigh = view.getInt32(other + 4, true);
  return high < otherHigh || (high === otherHigh && view.getUint32(one, true) < view.getUint32(other, true));
}

function footerOf(
  columns: readonly ParquetColumn[],
  rows: number,
  chunks: readonly ThriftValue[],
  bytes: number,
): ThriftValue {
  const root = struct([
    [4, text('rows')],
    [5, whole32(columns.length)],
  ]);
  const group = struct([
    [1, list(chunks)],
    [2, whole64(bytes)],
    [3, whole64(rows)],
  ]);
  return struct([
    [1, whole32(1)],
    [2, list([root, ...columns.map(elementOf)])],
    [3, whole64(rows)],
    [4, list([group])],
  ]);
}

function elementOf({ name, type }: ParquetColumn): ThriftValue {
  const { physical, converted } = types[type];
  return struct([
    [1, whole32(physical)],
    [3, whole32(optional)],
    [4, text(name)],
    ...(converted === undefined ? [] : [[6, whole32(converted)] as const]),
  ]);
}
