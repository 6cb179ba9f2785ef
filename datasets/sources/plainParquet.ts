import { constants, type ZstdOptions, zstdCompressSync } from 'node:zlib';
import type { ColumnType } from '../../core/contractPlan.ts';
import { binary, bool, list, struct, type ThriftValue, text, varint, whole32, whole64 } from './compactThrift.ts';

export interface ParquetColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** What a column holds: values after each other in the plain encoding, those that are null left out; booleans are a byte each. */
export interface ParquetValues {
  readonly values: Uint8Array;
  /** By row: 1 where there is a value. */
  readonly present: Uint8Array;
}

/** Rows that become a row group, by column. Each column is asked for when the one before is written: they may share a memory. */
export interface ParquetGroup {
  readonly columns: Iterable<ParquetValues>;
  readonly rows: number;
}

/** Where a column's page lies in a file: its levels, and after them its values, compressed with zstd. */
export interface PageLayout {
  readonly rows: number;
  readonly at: number;
  /** In bytes. */
  readonly levels: number;
  readonly body: number;
  /** The body before it was compressed. */
  readonly plain: number;
  readonly nulls: number;
  /** Of dates: the least and the greatest, microseconds UTC. */
  readonly least?: number;
  readonly most?: number;
  /** Of a page beside the rows of the file. */
  readonly isAside?: true;
}

/**
 * A Parquet file with a page for each column of a row group, as DuckDB reads it. It is there because nothing else
 * brings columns from this process into DuckDB as fast: its appender and its JSON functions go value by value. The format:
 * https://github.com/apache/parquet-format/blob/master/README.md
 *
 * Between the last page and the footer, where readers do not look, lies where the pages are, so that this process finds
 * them again: `PageLayout`s as JSON, its length in four bytes, and `plainMark`. There lie the pages of `aside` too, of rows
 * that are asked for alone: they are among those of the groups, and no more of them for who reads Parquet.
 */
export function plainParquet(
  schema: readonly ParquetColumn[],
  groups: Iterable<ParquetGroup>,
  aside: ParquetGroup = { columns: [], rows: 0 },
): Uint8Array {
  const parts: Uint8Array[] = [magic];
  const layout: PageLayout[] = [];
  let offset = magic.length;
  let allRows = 0;
  const rowGroups = Array.from(groups, ({ columns, rows }): ThriftValue => {
    const from = offset;
    allRows += rows;
    const chunks = Array.from(columns, (held, k) => {
      const column = { ...columnAt(schema, k), ...held };
      const { header, levels, body, plain } = pageOf(column, rows);
      const plainBytes = header.length + levels.length + plain;
      const range = column.type === 'date' ? rangeOf(column.values) : undefined;
      const at = offset;
      parts.push(header, levels, body);
      offset += header.length + levels.length + body.length;
      const place = { at: at + header.length, levels: levels.length, body: body.length, plain };
      layout.push({ rows, ...place, nulls: rows - sumOf(column.present), ...wholeRange(range) });
      return chunkOf(column, rows, { offset: at, stored: offset - at, plainBytes, range });
    });
    return struct([
      [1, list(chunks)],
      [2, whole64(offset - from)],
      [3, whole64(rows)],
    ]);
  });
  const { rows } = aside;
  for (const [k, held] of [...aside.columns].entries()) {
    const { levels, body, plain } = pageOf({ ...columnAt(schema, k), ...held }, rows);
    const place = { at: offset, levels: levels.length, body: body.length, plain };
    layout.push({ rows, ...place, nulls: rows - sumOf(held.present), isAside: true });
    parts.push(levels, body);
    offset += levels.length + body.length;
  }
  const footer = footerOf(schema, rowGroups, allRows).bytes;
  return Buffer.concat([...parts, ...markedLayout(layout), footer, size32(footer.length), magic]);
}

function columnAt(schema: readonly ParquetColumn[], k: number): ParquetColumn {
  const named = schema[k];
  if (named === undefined) throw new Error(`a row group has more than the ${schema.length} columns of its schema`);
  return named;
}

/** Marks a file that was written here. */
export const plainMark = 'PLN1';

function markedLayout(layout: readonly PageLayout[]): Uint8Array[] {
  const text = Buffer.from(JSON.stringify(layout));
  return [text, size32(text.length), Buffer.from(plainMark)];
}

function size32(size: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(size);
  return bytes;
}

const magic = Buffer.from('PAR1');
const [plainEncoding, runLength] = [0, 3];
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
function pageOf({ type, values, present }: ParquetColumn & ParquetValues, rows: number): Page {
  const levels = levelsOf(present);
  const plainValues = type === 'boolean' ? bits(values) : values;
  const body = zstdCompressSync(plainValues, compression(plainValues.length));
  const data = struct([
    [1, whole32(rows)],
    [2, whole32(rows - sumOf(present))],
    [3, whole32(rows)],
    [4, whole32(plainEncoding)],
    [5, whole32(levels.length)],
    [6, whole32(0)],
  ]);
  const header = struct([
    [1, whole32(3)],
    [2, whole32(levels.length + plainValues.length)],
    [3, whole32(levels.length + body.length)],
    [8, data],
  ]).bytes;
  return { header, levels, body, plain: plainValues.length };
}

/** In one piece where it comes to less than half, as it mostly does: else it would be put together of pieces of 64 KB. */
function compression(bytes: number): ZstdOptions {
  return { params: { [constants.ZSTD_c_compressionLevel]: 1 }, chunkSize: (bytes >> 1) + 1_024 };
}

interface Page {
  readonly header: Uint8Array;
  readonly levels: Uint8Array;
  readonly body: Uint8Array;
  /** The bytes of the body before it was compressed. */
  readonly plain: number;
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
  readonly range: Range | undefined;
}

function chunkOf(
  column: ParquetColumn & ParquetValues,
  rows: number,
  { offset, stored, plainBytes, range }: Placed,
): ThriftValue {
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
    [2, list([whole32(plainEncoding), whole32(runLength)])],
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
function rangeOf(values: Uint8Array): Range | undefined {
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

/** Two of the 64-bit numbers. */
interface Range {
  readonly least: Uint8Array;
  readonly most: Uint8Array;
}

/** To the nearest float64. */
function wholeRange(range: Range | undefined): Pick<PageLayout, 'least' | 'most'> {
  const whole = ({ buffer, byteOffset }: Uint8Array): number =>
    Number(new DataView(buffer, byteOffset).getBigInt64(0, true));
  return range === undefined ? {} : { least: whole(range.least), most: whole(range.most) };
}

function isLess(view: DataView, one: number, other: number): boolean {
  const high = view.getInt32(one + 4, true);
  const otherHigh = view.getInt32(other + 4, true);
  return high < otherHigh || (high === otherHigh && view.getUint32(one, true) < view.getUint32(other, true));
}

function footerOf(schema: readonly ParquetColumn[], rowGroups: readonly ThriftValue[], rows: number): ThriftValue {
  const root = struct([
    [4, text('rows')],
    [5, whole32(schema.length)],
  ]);
  return struct([
    [1, whole32(1)],
    [2, list([root, ...schema.map(elementOf)])],
    [3, whole64(rows)],
    [4, list(rowGroups)],
  ]);
}

function elementOf({ name, type }: ParquetColumn): ThriftValue {
  const { physical, converted } = types[type];
  return struct([
    [1, whole32(physical)],
    [3, whole32(optional)],
    [4, text(name)],
    ...(converted === undefined ? [] : [[6, whole32(converted)] as const]),
    ...(type === 'date' ? [[10, timestamp] as const] : []),
  ]);
}

/** A logical type: microseconds of no zone, as DuckDB writes them. Without it, readers take the old name of the type for one in UTC. */
const timestamp = struct([
  [
    8,
    struct([
      [1, bool(false)],
      [2, struct([[2, struct([])]])],
    ]),
  ],
]);
