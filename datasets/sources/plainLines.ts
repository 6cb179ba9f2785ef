import type { ColumnPlan } from '../../core/contractPlan.ts';
import { digits, instantEnd, isNumberEnd, type ReadInstant } from './instantBytes.ts';
import {
  afterBlanks,
  afterColon,
  digitsEnd,
  literalEnd,
  numberEnd,
  odd,
  plainTextEnd,
  signs,
  startsWith,
  stringEnd,
  valueEnd,
} from './jsonBytes.ts';
import { PlainColumn } from './plainColumn.ts';

/** A block of lines as columns. */
export interface PlainLines {
  readonly columns: readonly PlainColumn[];
  /** The number of each row's line in the block, from 1. Blank lines are no rows. */
  readonly lines: readonly number[];
  /** Rows whose lines another reader has to read, because they are not plain: here they have no values. */
  readonly odd: readonly OddLine[];
}

export interface OddLine {
  readonly row: number;
  readonly text: Uint8Array;
  /** By column: where in its bytes the row's value would be. */
  readonly holes: readonly number[];
}

/**
 * Reads lines that are plain: one JSON object of values that are of their columns' types in the forms that nearly all
 * writers use. It decides nothing about others: what is wrong, and what is right in a rare form, is odd. The bytes are
 * UTF-8. What `columns` held before is gone. It is there for speed alone: DuckDB's JSON functions take eight times as long for the same values.
 */
export function plainLines(
  block: Uint8Array,
  plans: readonly ColumnPlan[],
  columns = columnsOf(plans, block.length),
): PlainLines {
  const bytes = new Uint8Array(block.buffer, block.byteOffset, block.length);
  const reader = readerOf(bytes, plans, columns);
  const lines: number[] = [];
  const oddLines: OddLine[] = [];
  const starts = reader.columns.map(() => 0);
  for (let at = 0, line = 1; at < bytes.length; line += 1) {
    const from = afterBlanks(bytes, at);
    if (bytes[from] === lineEnd || from >= bytes.length) {
      at = from + 1;
      continue;
    }
    for (let k = 0; k < starts.length; k += 1) starts[k] = reader.columns[k]?.length ?? 0;
    const end = bytes[from] === signs.openBrace ? objectEnd(reader, from) : odd;
    if (end === odd) {
      const textEnd = bytes.indexOf(lineEnd, from);
      const text = bytes.subarray(at, textEnd < 0 ? bytes.length : textEnd);
      for (const [k, column] of reader.columns.entries()) column.cutBack(starts[k] ?? 0, reader.row);
      oddLines.push({ row: reader.row, text, holes: [...starts] });
      at += text.length + 1;
    } else at = end + 1;
    lines.push(line);
    reader.row += 1;
  }
  return { columns: reader.columns, lines, odd: oddLines };
}

const lineEnd = 0x0a;

interface Field {
  /** As it stands in a line, with its quotes. */
  readonly quoted: Uint8Array;
  readonly column: PlainColumn | 'none' | 'odd';
}

interface Reader {
  readonly bytes: Uint8Array;
  readonly text: Buffer;
  readonly columns: readonly PlainColumn[];
  /** Fields by their place in the last lines: most lines have the same order. */
  readonly order: Field[];
  readonly named: ReadonlyMap<string, PlainColumn>;
  /** In lower case. */
  readonly nearly: ReadonlySet<string>;
  readonly instant: ReadInstant;
  row: number;
}

/** Columns to read a block of so many bytes into. */
export function columnsOf(plans: readonly ColumnPlan[], blockBytes: number): PlainColumn[] {
  return plans.map(({ type }) => new PlainColumn(type, Math.min(blockBytes, 1 << 20)));
}

function readerOf(bytes: Uint8Array, plans: readonly ColumnPlan[], columns: readonly PlainColumn[]): Reader {
  for (const column of columns) column.clear();
  return {
    bytes,
    text: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
    columns,
    order: [],
    named: new Map(columns.map((column, k) => [plans[k]?.name ?? '', column])),
    nearly: new Set(plans.map(({ name }) => name.toLowerCase())),
    instant: { micros: 0, date: 0, day: 0 },
    row: 0,
  };
}

/** The end of the line with an object that begins at a place. */
function objectEnd(reader: Reader, from: number): number {
  const { bytes } = reader;
  let at = afterBlanks(bytes, from + 1);
  for (let nth = 0; bytes[at] !== closeBrace || nth > 0; nth += 1) {
    const field = fieldAt(reader, at, nth);
    if (field === undefined || field.column === 'odd') return odd;
    at = afterColon(bytes, at + field.quoted.length);
    if (at === odd) return odd;
    at = field.column === 'none' ? valueEnd(bytes, at) : columnEnd(reader, field.column, at);
    if (at === odd) return odd;
    at = afterBlanks(bytes, at);
    if (bytes[at] === closeBrace) break;
    if (bytes[at] !== signs.comma) return odd;
    at = afterBlanks(bytes, at + 1);
  }
  at = afterBlanks(bytes, at + 1);
  return at >= bytes.length || bytes[at] === lineEnd ? at : odd;
}

const closeBrace = signs.closeBrace;

function fieldAt(reader: Reader, at: number, nth: number): Field | undefined {
  const expected = reader.order[nth];
  if (expected !== undefined && startsWith(reader.bytes, at, expected.quoted)) return expected;
  const end = plainTextEnd(reader.bytes, at);
  if (end === odd) return undefined;
  const field = { quoted: reader.bytes.subarray(at, end), column: columnOf(reader, at, end) };
  reader.order[nth] = field;
  return field;
}

/** A name that differs from a column's in upper and lower case alone is for others to judge. */
function columnOf(reader: Reader, at: number, end: number): Field['column'] {
  const name = reader.text.toString('utf8', at + 1, end - 1);
  return reader.named.get(name) ?? (reader.nearly.has(name.toLowerCase()) ? 'odd' : 'none');
}

/** The end of a column's value, which is put in. */
function columnEnd(reader: Reader, column: PlainColumn, at: number): number {
  const { bytes, row } = reader;
  if (column.lastRow === row) return odd;
  column.lastRow = row;
  if (bytes[at] === 0x6e) return literalEnd(bytes, at);
  const end = putValue(reader, column, at);
  if (end !== odd) column.mark(row);
  return end;
}

function putValue(reader: Reader, column: PlainColumn, at: number): number {
  const { bytes, instant } = reader;
  if (column.type === 'string') return putText(reader, column, at);
  if (column.type === 'int') return putWhole(reader, column, at);
  if (column.type === 'number') return putNumber(reader, column, at);
  const end = column.type === 'date' ? instantEnd(bytes, at, instant) : literalEnd(bytes, at);
  if (end === odd) return odd;
  if (column.type === 'date') column.putWhole(instant.micros);
  else column.putBoolean(bytes[at] === 0x74);
  return end;
}

function putText({ bytes, text }: Reader, column: PlainColumn, at: number): number {
  const plain = plainTextEnd(bytes, at);
  if (plain !== odd) {
    column.putText(bytes, at + 1, plain - 1);
    return plain;
  }
  const end = stringEnd(bytes, at);
  if (end === odd) return odd;
  const decoded = new TextEncoder().encode(JSON.parse(text.toString('utf8', at, end)) as string);
  column.putText(decoded, 0, decoded.length);
  return end;
}

/** Of 18 digits at most, so that it is one of 64 bits; without a point and a power. */
function putWhole({ bytes, text }: Reader, column: PlainColumn, at: number): number {
  const from = bytes[at] === signs.minus ? at + 1 : at;
  const end = digitsEnd(bytes, from);
  const count = end - from;
  if (count === 0 || count > 18 || (count > 1 && bytes[from] === signs.zero) || !isNumberEnd(bytes[end])) return odd;
  if (count > 15) column.putBigInt(BigInt(text.toString('latin1', at, end)));
  else column.putWhole(digits(bytes, from, count) * (from === at ? 1 : -1));
  return end;
}

/** Adding 0 makes -0 a 0. Numbers at the ends of what a float64 holds are left to others. */
function putNumber({ bytes, text }: Reader, column: PlainColumn, at: number): number {
  const end = numberEnd(bytes, at);
  if (end === odd) return odd;
  const value = (end - at > 16 ? Number.NaN : decimal(bytes, at, end)) || Number(text.toString('latin1', at, end));
  if (Math.abs(value) > 1e300) return odd;
  column.putDouble(value + 0);
  return end;
}

/**
 * A number of 15 digits at most, NaN where it has a power: both the digits and the power of ten that they are divided by
 * are exact, so that their quotient is the float64 nearest to the number (Clinger 1990).
 */
function decimal(bytes: Uint8Array, at: number, end: number): number {
  let whole = 0;
  let places = 0;
  let isFraction = false;
  for (let next = bytes[at] === signs.minus ? at + 1 : at; next < end; next += 1) {
    const byte = bytes[next] ?? 0;
    if (byte === signs.point) isFraction = true;
    else if (byte < signs.zero || byte > signs.nine) return Number.NaN;
    else {
      whole = whole * 10 + byte - signs.zero;
      places += isFraction ? 1 : 0;
    }
  }
  const value = places === 0 ? whole : whole / (powersOfTen[places] ?? Number.NaN);
  return bytes[at] === signs.minus ? -value : value;
}

const powersOfTen = Array.from({ length: 17 }, (_, power) => 10 ** power);
