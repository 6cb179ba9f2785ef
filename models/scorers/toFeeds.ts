import { Tensor } from 'onnxruntime-node';
import { WhetError } from '../../core/errors.ts';
import type { TensorType } from '../../core/graph.ts';
import type { ScorerColumn, ScorerColumns, ScorerInput } from './scorer.ts';

/** Columns as tensors of shape [rows], of the inputs' types. Throws `input.invalid` for what does not fit. */
export function toFeeds(inputs: readonly ScorerInput[], given: ScorerColumns): Record<string, Tensor> {
  refuseUnknown(inputs, given);
  const feeds: Record<string, Tensor> = {};
  for (const input of inputs) feeds[input.name] = toTensor(input, columnOf(input, given));
  return feeds;
}

/** What is none of the inputs. A row's way to its score does without lists of names. */
export function refuseUnknown(inputs: readonly ScorerInput[], { columns }: ScorerColumns): void {
  for (const name in columns) {
    if (inputs.some((input) => input.name === name)) continue;
    throw misfit(`no columns but ${inputs.map((input) => input.name).join(', ')}`, `the column '${name}'`);
  }
}

export function columnOf(input: ScorerInput, given: ScorerColumns): ScorerColumn {
  const column = given.columns[input.name];
  if (column === undefined) throw misfit(`a column '${input.name}' (${input.type})`, 'none');
  if (column.length === given.rows) return column;
  throw misfit(`${given.rows} values in the column '${input.name}'`, `${column.length}`);
}

function toTensor(input: ScorerInput, column: ScorerColumn): Tensor {
  const { type } = input;
  const rows = column.length;
  const dims = [rows];
  if (type === 'string') return new Tensor('string', filled(new Array<string>(rows), input, column, text), dims);
  if (type === 'bool') return new Tensor('bool', typed(Uint8Array, input, column, flag), dims);
  if (type === 'int64') return new Tensor('int64', typed(BigInt64Array, input, column, whole), dims);
  if (type === 'double') return new Tensor('float64', typed(Float64Array, input, column, number), dims);
  return new Tensor('float32', typed(Float32Array, input, column, number), dims);
}

/** The column itself where it is of that type. */
function typed<T, A extends { [row: number]: T }>(
  type: new (rows: number) => A,
  input: ScorerInput,
  column: ScorerColumn,
  elementOf: ElementOf<T>,
): A {
  return column instanceof type ? column : filled(new type(column.length), input, column, elementOf);
}

/** By a loop: a typed array's own `from` takes five times as long. */
function filled<T, A extends { [row: number]: T }>(
  elements: A,
  input: ScorerInput,
  column: ScorerColumn,
  elementOf: ElementOf<T>,
): A {
  for (let row = 0; row < column.length; row += 1) {
    elements[row] = elementOf(column[row]) ?? refuse(input, column[row], row);
  }
  return elements;
}

/** A value as an element of its tensor; undefined where it is none. */
type ElementOf<T> = (value: unknown) => T | undefined;

export const text: ElementOf<string> = (value) => (typeof value === 'string' ? value : undefined);

export const flag: ElementOf<number> = (value) => (typeof value === 'boolean' ? Number(value) : undefined);

export const whole: ElementOf<bigint> = (value) => {
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? value : undefined;
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : undefined;
};

/** NaN and infinities are let through: a graph has an answer to them, and the port's callers know if they may come. */
export const number: ElementOf<number> = (value) => (typeof value === 'number' ? value : undefined);

const wanted: Record<TensorType, string> = {
  string: 'a string',
  bool: 'true or false',
  int64: 'a whole number',
  double: 'a number',
  float: 'a number',
};

/** Throws `input.invalid`. */
export function refuse(input: ScorerInput, value: unknown, row: number): never {
  const shown = typeof value === 'string' ? `'${value}'` : isThing(value) ? 'an object' : String(value);
  throw misfit(`${wanted[input.type]} in the column '${input.name}'`, `${shown} in row ${row}`);
}

/** Which may have no text of its own. */
function isThing(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function misfit(expected: string, came: string): WhetError {
  return new WhetError('input.invalid', { expected, came });
}
