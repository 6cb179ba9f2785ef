import type { ColumnType } from '../core/contractPlan.ts';
import { WhetError } from '../core/errors.ts';
import type { RawColumn } from '../core/modelPackage.ts';
import { type ColumnReader, type RawValue, shown } from './columnReader.ts';
import { rowOfTensors, rowOfWideTensor } from './oneRow.ts';
import { checkCount } from './parseBody.ts';
import { missingColumns, type RawRows, rowPlace } from './parseRows.ts';
import { readRawTensor } from './readRawTensor.ts';
import { type RowShape, refuseColumn, type ShapeColumn } from './rowShape.ts';
import type { Tensor } from './tensor.ts';
import { type TensorDatatype, tensorDatatypes } from './tensorDatatypes.ts';
import { columnTensors, wideName } from './wideTensor.ts';

/** Tensors as columns: one for each, or one of all of them. Throws `request.invalid`, `request.too-large` and the errors of rows; the input is named. */
export function parseTensors(shape: RowShape, inputs: readonly Tensor[], maxRows: number): RawRows {
  const [only] = inputs;
  const isWide = inputs.length === 1 && only?.name === wideName && !shape.byName.has(wideName);
  const row = isWide ? rowOfWideTensor(shape, only) : rowOfTensors(shape, inputs);
  if (row !== undefined) return row;
  const tensors = byName(shape, isWide ? columnTensors(shape, only) : inputs);
  const first = tensors.values().next().value;
  const rows = first === undefined ? 0 : rowsOf(shape, first);
  checkCount(rows, maxRows, shape.tensorAdvice);
  const columns: Record<string, readonly RawValue[]> = {};
  for (const column of shape.columns) {
    const tensor = tensors.get(column.column.name);
    if (tensor !== undefined) columns[column.column.name] = columnOf(shape, column, tensor, rows);
  }
  return { rows, columns };
}

/** Each input once: unexpected, doubled and missing ones are named. */
function byName(shape: RowShape, inputs: readonly Tensor[]): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  for (const tensor of inputs) {
    const { name } = tensor;
    if (!shape.byName.has(name)) refuseColumn(shape, name, 'inputs', shape.tensorAdvice);
    if (tensors.has(name)) throw invalid(shape, `the input '${name}' once`, 'it twice');
    tensors.set(name, tensor);
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

function columnOf(shape: RowShape, shapeColumn: ShapeColumn, tensor: Tensor, rows: number): RawValue[] {
  const { column } = shapeColumn;
  const { name } = column;
  if (rowsOf(shape, tensor) !== rows) {
    throw invalid(shape, `${rows} rows in '${name}', as in the first input`, `shape ${shown(tensor.shape)}`);
  }
  const datatype = datatypeFor(shape, column, tensor.datatype);
  const read = readerFor(shapeColumn, datatype);
  const { data } = tensor;
  if (Buffer.isBuffer(data)) {
    const values = readRawTensor(datatype, data, rows, `the input '${name}'`);
    return values.map((value, row) => read(value, rowPlace(row)));
  }
  if (!Array.isArray(data)) throw invalid(shape, `data of '${name}' as an array`, shown(data));
  const flat: unknown[] = data.some(Array.isArray) ? data.flat(1) : data;
  if (flat.length !== rows) throw invalid(shape, `${rows} values in '${name}', as its shape says`, `${flat.length}`);
  return flat.map((value, row) => read(taken(shape, name, datatype, value, row), rowPlace(row)));
}

/** Datatypes that hold a column's values; each value is checked by the column's own type after that. */
const accepted: Record<ColumnType, RegExp> = {
  int: /^(U?INT(8|16|32|64)|FP(32|64))$/,
  number: /^(U?INT(8|16|32|64)|FP(16|32|64))$/,
  string: /^BYTES$/,
  boolean: /^BOOL$/,
  date: /^(U?INT64|BYTES)$/,
};

/** A column that may be null comes as FP64, which has NaN for it; as JSON, null may stand there itself. */
function datatypeFor(shape: RowShape, { name, type, nullable }: RawColumn, came: unknown): TensorDatatype {
  const datatype = typeof came === 'string' ? came : '';
  const found = tensorDatatypes.get(datatype);
  const fits = accepted[type].test(datatype) || (nullable && type !== 'string' && datatype === 'FP64');
  if (found !== undefined && fits) return found;
  throw invalid(shape, `a datatype for ${type} in '${name}'`, shown(came));
}

/** Truths that may be null come as 1, 0 and NaN. */
function readerFor({ column, readTensor }: ShapeColumn, datatype: TensorDatatype): ColumnReader {
  if (column.type !== 'boolean' || datatype !== tensorDatatypes.get('FP64')) return readTensor;
  return (value, place) => readTensor(value === 1 || value === 0 ? value === 1 : value, place);
}

function taken(shape: RowShape, name: string, datatype: TensorDatatype, value: unknown, row: number): unknown {
  const found = datatype.take(value);
  if (found !== undefined) return found;
  const expected = `${datatype.holds} in column '${name}'`;
  throw new WhetError('row.wrong-value', {
    expected,
    came: `${shown(value)} in ${rowPlace(row)}`,
    todo: shape.tensorAdvice,
  });
}

function invalid(shape: RowShape, expected: string, came: string): WhetError {
  return new WhetError('request.invalid', { expected, came, todo: shape.tensorAdvice });
}
