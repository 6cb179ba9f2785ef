import type { RawValue } from './columnReader.ts';
import { isObject, type RawRows, rowPlace } from './parseRows.ts';
import type { RowShape, ShapeColumn } from './rowShape.ts';
import type { Tensor } from './tensor.ts';

/**
 * One row by the places of its columns: scored and logged as it is, without a list for each column and a look-up for each
 * name. As columns it is made when somebody asks for them, which all but the compiled scorer do.
 */
class OneRow implements RawRows {
  readonly rows = 1;
  readonly values: readonly RawValue[];
  readonly #shape: RowShape;
  #columns: RawRows['columns'] | undefined;

  constructor(shape: RowShape, values: readonly RawValue[]) {
    this.#shape = shape;
    this.values = values;
  }

  get columns(): RawRows['columns'] {
    const named = ({ column }: ShapeColumn, at: number) => [column.name, this.values.slice(at, at + 1)] as const;
    this.#columns ??= Object.fromEntries(this.#shape.columns.map(named));
    return this.#columns;
  }
}

/** A row object whose names are the columns'; undefined where one is not, and `parseRows` says which. Throws `row.wrong-value`. */
export function rowOfObject(shape: RowShape, row: unknown): RawRows | undefined {
  if (!isObject(row)) return undefined;
  const { columns } = shape;
  let names = 0;
  for (const _ in row) names += 1;
  if (names !== columns.length || columns.some(({ column }) => row[column.name] === undefined)) return undefined;
  return new OneRow(
    shape,
    columns.map((each) => each.read(row[each.column.name], rowPlace(0))),
  );
}

/**
 * One row of plain numbers as a tensor for each column, in their order; undefined for anything else, which `parseTensors`
 * reads.
 */
export function rowOfTensors(shape: RowShape, tensors: readonly Tensor[]): RawRows | undefined {
  const { columns } = shape;
  if (!shape.numbers || tensors.length !== columns.length) return undefined;
  const values: number[] = [];
  for (let at = 0; at < columns.length; at += 1) {
    const value = plainNumber(tensors[at], columns[at]);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return new OneRow(shape, values);
}

function plainNumber(tensor: Tensor | undefined, shapeColumn: ShapeColumn | undefined): number | undefined {
  if (tensor === undefined || tensor.name !== shapeColumn?.column.name || tensor.datatype !== 'FP64') return undefined;
  const { shape: dims, data } = tensor;
  if (!Array.isArray(dims) || dims.length !== 1 || dims[0] !== 1) return undefined;
  return Array.isArray(data) && data.length === 1 && Number.isFinite(data[0]) ? data[0] : undefined;
}

/** As `rowOfTensors`, of one tensor [1, columns]. */
export function rowOfWideTensor(shape: RowShape, { shape: dims, datatype, data }: Tensor): RawRows | undefined {
  if (!shape.numbers || datatype !== 'FP64' || !Array.isArray(dims) || !Array.isArray(data)) return undefined;
  const width = shape.columns.length;
  if (dims.length !== 2 || dims[0] !== 1 || dims[1] !== width || data.length !== width) return undefined;
  return data.every(Number.isFinite) ? new OneRow(shape, data) : undefined;
}
