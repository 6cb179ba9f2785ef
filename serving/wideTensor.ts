import { WhetError } from '../core/errors.ts';
import { shown } from './columnReader.ts';
import type { RowShape } from './rowShape.ts';
import type { Tensor } from './tensor.ts';

/** The name of one input that holds all columns side by side, where no column is called so. */
export const wideName = 'columns';

/**
 * One tensor [rows, columns] as a tensor for each column, in the order of the model's metadata: the shorter way to ask a model
 * whose columns are all of one datatype, and what clients send whose model took a matrix. Throws `request.invalid`.
 */
export function columnTensors(shape: RowShape, { name, shape: dims, datatype, data }: Tensor): Tensor[] {
  const width = shape.columns.length;
  const [rows, columns, ...more] = Array.isArray(dims) ? dims : [];
  if (!Number.isSafeInteger(rows) || rows < 0 || columns !== width || more.length > 0) {
    throw invalid(shape, `the shape [rows, ${width}] of '${name}'`, shown(dims));
  }
  const values = Buffer.isBuffer(data) ? bytesOf(data, rows * width) : valuesOf(shape, name, data);
  if (values.length !== rows * width) {
    throw invalid(shape, `${rows * width} values in '${name}', as its shape says`, `${values.length}`);
  }
  return shape.columns.map(({ column }, at) => {
    const own: unknown[] = [];
    for (let row = 0; row < rows; row += 1) own.push(values[row * width + at]);
    return {
      name: column.name,
      shape: [rows],
      datatype,
      data: Buffer.isBuffer(data) ? Buffer.concat(own as Buffer[]) : own,
    };
  });
}

function valuesOf(shape: RowShape, name: string, data: unknown): readonly unknown[] {
  if (!Array.isArray(data)) throw invalid(shape, `data of '${name}' as an array`, shown(data));
  return data.some(Array.isArray) ? data.flat() : data;
}

/** Raw values of one width; texts, whose widths differ, come in tensors of their own. */
function bytesOf(data: Buffer, count: number): readonly Buffer[] {
  const each = count === 0 ? 0 : Math.floor(data.length / count);
  if (each * count !== data.length) return [];
  return Array.from({ length: count }, (_, at) => data.subarray(at * each, (at + 1) * each));
}

function invalid(shape: RowShape, expected: string, came: string): WhetError {
  const names = shape.columns.map(({ column }) => column.name).join(', ');
  return new WhetError('request.invalid', { expected, came, todo: `The columns are, in their order: ${names}.` });
}
