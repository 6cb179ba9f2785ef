import { WhetError } from '../core/errors.ts';
import { didYouMean } from '../core/nearestName.ts';
import type { JsonRow } from '../core/openRoute.ts';
import { shown } from './columnReader.ts';
import type { GraphShape } from './graphShape.ts';
import { callerId, checkCount, parseJson } from './parseBody.ts';
import { isObject, rowPlace } from './parseRows.ts';

/** What `POST /predict/<graph>` carries. */
export interface GraphRequest {
  readonly id: string | undefined;
  /** Whether one row came by itself, which is answered by itself. */
  readonly single: boolean;
  /** As they came, frozen: its nodes share them. */
  readonly rows: readonly JsonRow[];
}

/** One row as an object, an array of rows, or `{ rows: [...] }`, as for a pipeline; the models read the values. */
export function parseGraphRows(shape: GraphShape, body: unknown, headerId: unknown, maxRows: number): GraphRequest {
  const value = parseJson(body, shape.advice);
  if (Array.isArray(value)) return many(shape, value, callerId(headerId), maxRows);
  if (!isObject(value)) throw invalid('a row as an object, or {"rows": [...]}', shown(value), shape);
  const hasId = value.id !== undefined && shape.columns?.has('id') !== true;
  const id = callerId(hasId ? value.id : headerId);
  if (Array.isArray(value.rows)) {
    const beside = Object.keys(value).find((name) => name !== 'rows' && name !== 'id');
    if (beside !== undefined) throw invalid('nothing beside "rows" but "id"', `'${beside}'`, shape);
    return many(shape, value.rows, id, maxRows);
  }
  const { id: _, ...row } = value;
  return { id, single: true, rows: [rowOf(shape, hasId ? row : value, 0)] };
}

function many(shape: GraphShape, rows: readonly unknown[], id: string | undefined, maxRows: number): GraphRequest {
  checkCount(rows.length, maxRows, shape.advice);
  return { id, single: false, rows: rows.map((row, at) => rowOf(shape, row, at)) };
}

function rowOf(shape: GraphShape, row: unknown, at: number): JsonRow {
  if (!isObject(row)) throw invalid('a row as an object of columns', `${shown(row)} in ${rowPlace(at)}`, shape);
  const { columns } = shape;
  const strange = columns && Object.keys(row).find((name) => !columns.has(name));
  if (columns === undefined || strange === undefined) return Object.freeze(row);
  const names = [...columns];
  throw new WhetError('row.extra-column', {
    expected: `only the columns ${names.map((name) => `'${name}'`).join(', ')}`,
    came: `'${strange}' in ${rowPlace(at)}${didYouMean(strange, names)}`,
    todo: shape.advice,
  });
}

function invalid(expected: string, came: string, { advice }: GraphShape): WhetError {
  return new WhetError('request.invalid', { expected, came, todo: advice });
}
