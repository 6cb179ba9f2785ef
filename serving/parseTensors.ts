import type { ColumnType } from '../core/contractPlan.ts';
import { WhetError } from '../core/errors.ts';
import { type RawValue, shown } from './columnReader.ts';
import { callerId, checkCount, parseJson } from './parseBody.ts';
import { isObject, missingColumns, type RawRows } from './parseRows.ts';
import { type RowShape, refuseColumn, type ShapeColumn } from './rowShape.ts';

/** What `POST /v2/models/<pipeline>/infer` carries. */
export interface InferRequest {
  readonly id: string | undefined;
  readonly rows: RawRows;
  /** The outputs to give, in the order asked for. */
  readonly outputs: readonly OutputName[];
}

export type OutputName = 'score' | 'answer';
export const outputNames: readonly OutputName[] = ['score', 'answer'];

/** Tensors as columns. Throws the errors of rows, `request.invalid`, `request.unsupported`; the input is named. */
export function parseInfer(shape: RowShape, body: unknown, headerId: unknown, maxRows: number): InferRequest {
  const value = parseJson(body, shape.tensorAdvice);
  if (!isObject(value) || !Array.isArray(value.inputs)) {
    throw invalid(shape, 'an object with "inputs"', shown(value));
  }
  const tensors = byName(shape, value.inputs);
  const first = tensors.values().next().value;
  const rows = first === undefined ? 0 : rowsOf(shape, first);
  checkCount(rows, maxRows, shape.tensorAdvice);
  const columns: Record<string, readonly RawValue[]> = {};
  for (const column of shape.columns) {
    const tensor = tensors.get(column.column.name);
    if (tensor !== undefined) columns[column.column.name] = columnOf(shape, column, tensor, rows);
  }
  const id = callerId(value.id ?? headerId);
  return { id, rows: { rows, columns }, outputs: outputsOf(shape, value) };
}

interface Tensor {
  readonly name: string;
  readonly shape: unknown;
  readonly datatype: unknown;
  readonly data: unknown;
}

/** Each input once: unexpected, doubled and missing ones are named. */
function byName(shape: RowShape, inputs: readonly unknown[]): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  for (const input of inputs) {
    if (!isObject(input) || typeof input.name !== 'string') {
      throw invalid(shape, 'inputs with a name, shape, datatype and data', shown(input));
    }
    const { name, shape: dims, datatype, data, parameters } = input;
    if (typeof name !== 'string' || !shape.byName.has(name))
      refuseColumn(shape, String(name), 'inputs', shape.tensorAdvice);
    if (tensors.has(name)) throw invalid(shape, `the input '${name}' once`, 'it twice');
    refuseBinary(parameters, 'binary_data_size', `the input '${name}'`);
    tensors.set(name, { name, shape: dims, datatype, data });
  }
  const missing = shape.columns.map(({ column }) => column.name).filter((name) => !tensors.has(name));
  if (missing.length > 0) throw missingColumns(shape, missing, 'inputs', shape.tensorAdvice);
  return tensors;
}

/** Shapes are [rows] or [rows, 1]. */
function rowsOf(shape: RowShape, { name, shape: dims }: Tensor): number {
  const [rows, width = 1, ...more] = Array.isArray(dims) ? dims : [];
  if (Number.isSafeInteger(rows) && rows >= 0 && width === 1 && more.length === 0) return rows;
  throw invalid(shape, `the shape [rows] or [rows, 1] of '${name}'`, shown(dims));
}

function columnOf(shape: RowShape, { column, readTensor }: ShapeColumn, tensor: Tensor, rows: number): RawValue[] {
  const { name, type, nullable } = column;
  if (rowsOf(shape, tensor) !== rows) {
    throw invalid(shape, `${rows} rows in '${name}', as in the first input`, `shape ${shown(tensor.shape)}`);
  }
  if (typeof tensor.datatype !== 'string' || !accepts(type, nullable, tensor.datatype)) {
    throw invalid(shape, `a datatype for ${type} in '${name}'`, shown(tensor.datatype));
  }
  if (!Array.isArray(tensor.data)) throw invalid(shape, `data of '${name}' as an array`, shown(tensor.data));
  const flat: unknown[] = tensor.data.some(Array.isArray) ? tensor.data.flat(2) : tensor.data;
  if (flat.length !== rows) throw invalid(shape, `${rows} values in '${name}', as its shape says`, `${flat.length}`);
  return flat.map((value, row) => readTensor(value, `row ${row}`));
}

/** A column that may be null comes as FP64, which has NaN for it; as JSON, null may stand there itself. */
function accepts(type: ColumnType, nullable: boolean, datatype: string): boolean {
  return accepted[type].test(datatype) || (nullable && type !== 'string' && datatype === 'FP64');
}

/** Datatypes that hold a column's values; each value is checked by the column's own type after that. */
const accepted: Record<ColumnType, RegExp> = {
  int: /^(U?INT(8|16|32|64)|FP(32|64))$/,
  number: /^(U?INT(8|16|32|64)|FP(16|32|64))$/,
  string: /^BYTES$/,
  boolean: /^BOOL$/,
  date: /^(U?INT64|BYTES)$/,
};

function outputsOf(shape: RowShape, body: Record<string, unknown>): readonly OutputName[] {
  refuseBinary(body.parameters, 'binary_data_output', 'the outputs');
  const { outputs } = body;
  if (outputs === undefined || (Array.isArray(outputs) && outputs.length === 0)) return outputNames;
  if (!Array.isArray(outputs)) throw invalid(shape, 'outputs as an array', shown(outputs));
  const names = outputs.map((output: unknown) => outputOf(shape, output));
  if (new Set(names).size !== names.length) throw invalid(shape, 'each output once', names.join(', '));
  return names;
}

function outputOf(shape: RowShape, output: unknown): OutputName {
  const name = isObject(output) ? output.name : output;
  const known = outputNames.find((each) => each === name);
  if (known === undefined) throw invalid(shape, `an output of ${outputNames.join(', ')}`, shown(name));
  if (isObject(output)) refuseBinary(output.parameters, 'binary_data', `the output '${known}'`);
  return known;
}

function refuseBinary(parameters: unknown, name: string, place: string): void {
  if (!isObject(parameters) || parameters[name] === undefined || parameters[name] === false) return;
  throw new WhetError('request.unsupported', { expected: 'tensors as JSON', came: `${name} in ${place}` });
}

function invalid(shape: RowShape, expected: string, came: string): WhetError {
  return new WhetError('request.invalid', { expected, came, todo: shape.tensorAdvice });
}
