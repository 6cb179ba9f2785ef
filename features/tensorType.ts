import type { ColumnType } from '../core/contractPlan.ts';
import type { TensorType } from '../core/graph.ts';
import type { RawColumn } from '../core/modelPackage.ts';

/**
 * What a raw column travels as. Dates are whole milliseconds UTC. A tensor has no null but NaN, so that a column that may
 * be null is double, which every date and every safe whole number fits exactly; of texts the empty one stands for null.
 */
export function tensorType({ type, nullable }: RawColumn): TensorType {
  return nullable && type !== 'string' ? 'double' : tensorTypes[type];
}

const tensorTypes: Readonly<Record<ColumnType, TensorType>> = {
  int: 'int64',
  date: 'int64',
  number: 'double',
  string: 'string',
  boolean: 'bool',
};
