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
  const dims = [column.length];
  const { type } = input;
  if (type === 'string')
    return new Tensor('string', Array.from<unknown, string>(column, elementsOf(input, text)), dims);
  if (type === 'bool') return new Tensor('bool', booleans(input, column), dims);
  if (type === 'int64') return new Tensor('int64', wholes(input, column), dims);
  if (type === 'double') return new Tensor('float64', doubles(input, column), dims);
  return new Tensor('float32', floats(input, column), dims);
}

function booleans(input: ScorerInput, column: ScorerColumn): Uint8Array {
  return column instanceof Uint8Array ? column : Uint8Array.from<unknown>(column, elementsOf(input, flag));
}

function wholes(input: ScorerInput, column: ScorerColumn): BigInt64Array {
  return column instanceof BigInt64Array ? column : BigInt64Array.from<unknown>(column, elementsOf(input, whole));
}

function doubles(input: ScorerInput, column: ScorerColumn): Float64Array {
  return column instanceof Float64Array ? column : Float64Array.from<unknown>(column, elementsOf(input, number));
}

function floats(input: ScorerInput, column: ScorerColumn): Float32Array {
  return column instanceof Float32Array ? column : Float32Array.from<unknown>(column, elementsOf(input, number));
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

function elementsOf<T>(input: ScorerInput, of: ElementOf<T>): (value: unknown, row: number) => T {
  return (value, row) => of(value) ?? refuse(input, value, row);
}

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
