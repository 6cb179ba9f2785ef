import { WhetError } from '../core/errors.ts';
import { shown } from './columnReader.ts';
import { rowOfObject } from './oneRow.ts';
import { isObject, parseRows, type RawRows } from './parseRows.ts';
import type { RowShape } from './rowShape.ts';

/** The JSON of a body. Throws `request.invalid`; `advice` says what to send. */
export function parseJson(body: unknown, advice: string): unknown {
  if (!Buffer.isBuffer(body) || body.length === 0) throw invalid('a JSON body', 'an empty one', advice);
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw invalid('JSON', `${error instanceof Error ? error.message : String(error)}`, advice, error);
  }
}

/** What `POST /predict/<pipeline>` carries. */
export interface PredictRequest {
  readonly id: string | undefined;
  /** Whether one row came by itself, which is answered by itself. */
  readonly single: boolean;
  readonly rows: RawRows;
}

/** Takes one row as an object, an array of rows, or `{ rows: [...] }`; beside the columns an `id` may stand. */
export function parsePredict(shape: RowShape, body: unknown, headerId: unknown, maxRows: number): PredictRequest {
  const value = parseJson(body, shape.advice);
  if (Array.isArray(value)) return many(shape, value, callerId(headerId), maxRows);
  if (!isObject(value)) throw invalid('a row as an object, or {"rows": [...]}', shown(value), shape.advice);
  const hasId = value.id !== undefined && !shape.byName.has('id');
  const id = callerId(hasId ? value.id : headerId);
  if (Array.isArray(value.rows) && !shape.byName.has('rows')) {
    refuseBeside(shape, value);
    return many(shape, value.rows, id, maxRows);
  }
  const row = hasId ? withoutId(value) : value;
  return { id, single: true, rows: rowOfObject(shape, row) ?? parseRows(shape, [row]) };
}

function many(shape: RowShape, rows: readonly unknown[], id: string | undefined, maxRows: number): PredictRequest {
  checkCount(rows.length, maxRows, shape.advice);
  return { id, single: false, rows: parseRows(shape, rows) };
}

/** Throws `request.invalid` for no row, `request.too-large` for more than `maxRows`. */
export function checkCount(rows: number, maxRows: number, advice: string): void {
  if (rows === 0) throw invalid('at least one row', 'none', advice);
  if (rows <= maxRows) return;
  throw new WhetError('request.too-large', { expected: `at most ${maxRows} rows in a request`, came: `${rows}` });
}

const longestId = 256;

/** The caller's own id as text. Throws `request.invalid` for what is neither text nor a number, or too long. */
export function callerId(id: unknown): string | undefined {
  if (id === undefined || id === null) return undefined;
  const text = typeof id === 'number' ? String(id) : id;
  if (typeof text === 'string' && text.length <= longestId) return text;
  throw invalid(`an id of at most ${longestId} characters`, shown(id), 'Send a short text, or leave the id out.');
}

function refuseBeside(shape: RowShape, body: Record<string, unknown>): void {
  const beside = Object.keys(body).find((name) => name !== 'rows' && name !== 'id');
  if (beside === undefined) return;
  throw invalid('nothing beside "rows" but "id"', `'${beside}'`, shape.advice);
}

function withoutId({ id: _, ...row }: Record<string, unknown>): Record<string, unknown> {
  return row;
}

function invalid(expected: string, came: string, todo: string, cause?: unknown): WhetError {
  return new WhetError('request.invalid', { expected, came, todo }, cause);
}
