import { WhetError } from '../core/errors.ts';
import type { RawColumn } from '../core/modelPackage.ts';
import { isoTime } from '../models/scorers/isoTime.ts';

/**
 * A raw value as scorers take it: dates are milliseconds UTC, whole numbers beyond 2^53 are bigint. Of a column that may be
 * null, null is NaN, and true and false are 1 and 0; of texts null is the empty one.
 */
export type RawValue = number | string | boolean | bigint;

/** Checks one value of a column and gives it as scorers take it. `place` says where it stood, such as `row 3`. */
export type ColumnReader = (value: unknown, place: string) => RawValue;

/**
 * The reader of a column. Null is taken where the contract lets it come. `decimalText` says when text stands for a whole number: only `beyond 2^53`, where JSON's own
 * numbers are rounded, or `always`, where the request has declared an integer tensor.
 * The reader throws `row.wrong-value`; `advice` ends its message.
 */
export function columnReader(column: RawColumn, decimalText: DecimalText, advice: string): ColumnReader {
  const read = readerOf(column);
  return (value, place) => {
    const found = read(value, decimalText);
    if (found !== undefined) return found;
    const expected = `${wantedOf(column, value)}${column.nullable ? ' or null' : ''} in column '${column.name}'`;
    throw new WhetError('row.wrong-value', { expected, came: `${shown(value)} in ${place}`, todo: advice });
  };
}

export type DecimalText = 'beyond 2^53' | 'always';

/** A value as an error shows it: JSON, cut where it is long; JSON itself has no word for NaN. */
export function shown(value: unknown): string {
  const plain = typeof value === 'number' && !Number.isFinite(value) ? String(value) : JSON.stringify(value);
  const text = value === undefined ? 'nothing' : plain;
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

const wanted: Record<RawColumn['type'], string> = {
  int: 'a whole number',
  number: 'a finite number',
  string: 'text',
  boolean: 'true or false',
  date: 'an ISO time such as "2001-03-15T12:00:00Z" or milliseconds UTC',
};

function wantedOf({ type }: RawColumn, value: unknown): string {
  const isBeyond = type === 'int' && Number.isInteger(value) && !Number.isSafeInteger(value);
  return isBeyond ? `${wanted.int} (beyond 2^53 as decimal text)` : wanted[type];
}

const readers: Record<RawColumn['type'], (value: unknown, decimalText: DecimalText) => RawValue | undefined> = {
  int: wholeNumber,
  number: (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined),
  string: (value) => (typeof value === 'string' ? withoutNul(value) : undefined),
  boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  date: (value, decimalText) =>
    milliseconds(
      typeof value === 'string' ? timeOfText(value, decimalText) : value instanceof Date ? value.getTime() : value,
    ),
};

function readerOf({ type, nullable }: RawColumn): (typeof readers)[RawColumn['type']] {
  const read = readers[type];
  if (!nullable) return read;
  return (value, decimalText) => {
    if (value === null || Number.isNaN(value)) return type === 'string' ? '' : Number.NaN;
    const found = read(value, decimalText);
    return typeof found === 'boolean' || typeof found === 'bigint' ? Number(found) : found;
  };
}

/** As the features read texts: see `keySql`. */
function withoutNul(text: string): string {
  return text.includes('\u0000') ? text.replaceAll('\u0000', '') : text;
}

/** A JSON number that is not a safe integer may have been rounded on its way: only text says what was meant. */
function wholeNumber(value: unknown, decimalText: DecimalText): RawValue | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined;
  if (typeof value !== 'string' || !/^-?\d{1,19}$/.test(value)) return undefined;
  const number = Number(value);
  if (Number.isSafeInteger(number)) return decimalText === 'always' ? number : undefined;
  const exact = BigInt(value);
  return BigInt.asIntN(64, exact) === exact ? exact : undefined;
}

/** The range of ECMAScript's time values. */
const lastMs = 8.64e15;

function milliseconds(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && Math.abs(value as number) <= lastMs ? (value as number) : undefined;
}

function timeOfText(text: string, decimalText: DecimalText): RawValue | undefined {
  const ms = isoTime(text);
  if (!Number.isNaN(ms)) return ms;
  return decimalText === 'always' ? wholeNumber(text, decimalText) : undefined;
}
