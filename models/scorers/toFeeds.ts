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

function refuseUnknown(inputs: readonly ScorerInput[], given: ScorerColumns): void {
  const known = inputs.map((input) => input.name);
  const extra = Object.keys(given.columns).find((name) => !known.includes(name));
  if (extra !== undefined) throw misfit(`no columns but ${known.join(', ')}`, `the column '${extra}'`);
}

function columnOf(input: ScorerInput, given: ScorerColumns): ScorerColumn {
  const column = given.columns[input.name];
  if (column === undefined) throw misfit(`a column '${input.name}' (${input.type})`, 'none');
  if (column.length === given.rows) return column;
  throw misfit(`${given.rows} values in the column '${input.name}'`, `${column.length}`);
}

function toTensor(input: ScorerInput, column: ScorerColumn): Tensor {
  const dims = [column.length];
  if (input.type === 'string') return new Tensor('string', strings(input, column), dims);
  if (input.type === 'bool') return new Tensor('bool', booleans(input, column), dims);
  if (input.type === 'int64') return new Tensor('int64', wholes(input, column), dims);
  if (input.type === 'double') return new Tensor('float64', doubles(input, column), dims);
  return new Tensor('float32', floats(input, column), dims);
}

function strings(input: ScorerInput, column: ScorerColumn): string[] {
  return Array.from<unknown, string>(column, (value, row) => {
    if (typeof value === 'string') return value;
    throw wrongValue(input, value, row);
  });
}

function booleans(input: ScorerInput, column: ScorerColumn): Uint8Array {
  if (column instanceof Uint8Array) return column;
  return Uint8Array.from<unknown>(column, (value, row) => {
    if (typeof value === 'boolean') return value ? 1 : 0;
    throw wrongValue(input, value, row);
  });
}

function wholes(input: ScorerInput, column: ScorerColumn): BigInt64Array {
  if (column instanceof BigInt64Array) return column;
  return BigInt64Array.from<unknown>(column, (value, row) => {
    if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) return value;
    if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
    throw wrongValue(input, value, row);
  });
}

function doubles(input: ScorerInput, column: ScorerColumn): Float64Array {
  return column instanceof Float64Array ? column : Float64Array.from<unknown>(column, numberOf(input));
}

function floats(input: ScorerInput, column: ScorerColumn): Float32Array {
  return column instanceof Float32Array ? column : Float32Array.from<unknown>(column, numberOf(input));
}

/** NaN and infinities are let through: a graph has an answer to them, and the port's callers know if they may come. */
function numberOf(input: ScorerInput): (value: unknown, row: number) => number {
  return (value, row) => {
    if (typeof value === 'number') return value;
    throw wrongValue(input, value, row);
  };
}

const wanted: Record<TensorType, string> = {
  string: 'a string',
  bool: 'true or false',
  int64: 'a whole number',
  double: 'a number',
  float: 'a number',
};

function wrongValue(input: ScorerInput, value: unknown, row: number): WhetError {
  const shown = typeof value === 'string' ? `'${value}'` : isThing(value) ? 'an object' : String(value);
  return misfit(`${wanted[input.type]} in the column '${input.name}'`, `${shown} in row ${row}`);
}

/** Which may have no text of its own. */
function isThing(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function misfit(expected: string, came: string): WhetError {
  return new WhetError('input.invalid', { expected, came });
}
