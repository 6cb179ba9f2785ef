import { WhetError } from '../core/errors.ts';
import { didYouMean } from '../core/nearestName.ts';
import { type RawValue, shown } from './columnReader.ts';
import { type RowShape, refuseColumn } from './rowShape.ts';

/** Rows as columns by name, each of them `rows` long: what a scorer takes. */
export interface RawRows {
  readonly rows: number;
  readonly columns: Readonly<Record<string, readonly RawValue[]>>;
  /** Of one row that came by itself: its values in the order of the shape's columns. */
  readonly values?: readonly RawValue[];
}

/**
 * Row objects as columns. Throws `row.missing-column`, `row.extra-column` or `row.wrong-value`, naming the row, by its own of
 * `numbers` where they are given.
 */
export function parseRows(shape: RowShape, rows: readonly unknown[], numbers?: readonly number[]): RawRows {
  const columns: Record<string, RawValue[]> = {};
  for (const { column } of shape.columns) columns[column.name] = new Array<RawValue>(rows.length);
  for (let at = 0; at < rows.length; at += 1) parseRow(shape, rows[at], at, columns, numbers?.[at] ?? at);
  return { rows: rows.length, columns };
}

function parseRow(shape: RowShape, row: unknown, at: number, into: Record<string, RawValue[]>, number: number): void {
  if (!isObject(row)) refuseRow(shape, row, number);
  for (const name in row) if (!shape.byName.has(name)) refuseNames(shape, row, number);
  for (const { column, read } of shape.columns) {
    const value = row[column.name];
    if (value === undefined) refuseNames(shape, row, number);
    const values = into[column.name];
    if (values !== undefined) values[at] = read(value, rowPlace(number));
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuseRow(shape: RowShape, row: unknown, at: number): never {
  throw new WhetError('request.invalid', {
    expected: 'a row as an object of columns',
    came: `${shown(row)} in row ${at}`,
    todo: shape.advice,
  });
}

/** A misspelt column is missing and extra at once: the extra one is told, for it holds the likely name. */
function refuseNames(shape: RowShape, row: Record<string, unknown>, at: number): never {
  const extra = Object.keys(row).filter((name) => !shape.byName.has(name));
  const missing = shape.columns.map(({ column }) => column.name).filter((name) => !Object.hasOwn(row, name));
  const strange = extra.find((name) => didYouMean(name, missing) !== '' || shape.labels.includes(name)) ?? extra[0];
  if (strange !== undefined) refuseColumn(shape, strange, rowPlace(at));
  throw missingColumns(shape, missing, rowPlace(at));
}

export function missingColumns(
  shape: RowShape,
  missing: readonly string[],
  place: string,
  todo = shape.advice,
): WhetError {
  const names = missing.map((name) => `'${name}'`).join(', ');
  return new WhetError('row.missing-column', {
    expected: `the column${missing.length === 1 ? '' : 's'} ${names}`,
    came: `${place} without ${missing.length === 1 ? 'it' : 'them'}`,
    todo,
  });
}

const places = Array.from({ length: 64 }, (_, at) => `row ${at}`);

/** Where a value stood, without a new string for the rows of small requests. */
export function rowPlace(at: number): string {
  return places[at] ?? `row ${at}`;
}
