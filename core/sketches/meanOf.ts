import type { ColumnSketch } from './columnSketch.ts';
import { exactMean } from './exactSum.ts';

/** The mean of the rows that have a value, rounded once; of dates milliseconds UTC. Undefined where none has one. */
export function meanOf({ type, rows, nulls, numbers }: ColumnSketch): number | undefined {
  if (numbers === null) return undefined;
  return exactMean(numbers.sum, type === 'date' ? (rows - nulls) * 1_000 : rows - nulls);
}
