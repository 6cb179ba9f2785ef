import type { ColumnType } from '../../../core/contractPlan.ts';
import { bucketOf } from '../../../core/sketches/buckets.ts';
import {
  type ColumnSketch,
  mostValues,
  type NumberSketch,
  type RowsSketch,
} from '../../../core/sketches/columnSketch.ts';
import { exactSum } from '../../../core/sketches/exactSum.ts';
import { md5 } from '../../../core/sketches/md5.ts';
import { inOrder } from '../../../core/sketches/mergedValues.ts';

export type Raw = number | string | boolean | null;

/** The sketch of values of one column `x`, made the long way round, from the values themselves. Dates are milliseconds. */
export function sketchOfRows(type: ColumnType, rows: readonly Raw[]): RowsSketch {
  return { format: 1, rows: rows.length, columns: rows.length === 0 ? {} : { x: sketchOfColumn(type, rows) } };
}

export function sketchOfColumn(type: ColumnType, rows: readonly Raw[]): ColumnSketch {
  const full = rows.filter((value) => value !== null);
  const isCounted = type === 'int' || type === 'string' || type === 'boolean';
  return {
    type,
    rows: rows.length,
    nulls: rows.length - full.length,
    numbers: type === 'string' || type === 'boolean' || full.length === 0 ? null : numbersOf(type, full.map(Number)),
    values: isCounted ? valuesOf(type, full.map(String)) : null,
  };
}

function numbersOf(type: ColumnType, values: readonly number[]): NumberSketch {
  const bucket = (value: number): number => (type === 'date' ? Math.floor(value / 86_400_000) : bucketOf(value));
  const buckets = Map.groupBy(values.map(bucket), (held) => held);
  return {
    min: values.reduce((a, b) => Math.min(a, b)),
    max: values.reduce((a, b) => Math.max(a, b)),
    sum: rationalSum(values.map((value) => (type === 'date' ? value * 1_000 : value))),
    buckets: [...buckets].map(([held, all]) => [held, all.length] as const).sort(([a], [b]) => a - b),
  };
}

/** Each float64 is a whole number of 2^-1074. */
function rationalSum(values: readonly number[]): string {
  return exactSum(
    values.map(inSmallest).reduce((a, b) => a + b, 0n),
    -1074,
  );
}

function inSmallest(value: number): bigint {
  let [rest, power] = [value, 1074];
  while (!Number.isInteger(rest)) [rest, power] = [rest * 2, power - 1];
  return BigInt(rest) << BigInt(power);
}

function valuesOf(type: ColumnType, values: readonly string[]): ColumnSketch['values'] {
  const counts = new Map([...Map.groupBy(values, (value) => value)].map(([value, all]) => [value, all.length]));
  const digested = [...counts].map((counted) => ({ counted, digest: md5(counted[0]) }));
  const sampled = digested.sort((a, b) => (a.digest < b.digest ? -1 : 1)).slice(0, mostValues);
  const frequent = [...counts].filter(([, rows]) => rows >= 2 && rows * 100 >= values.length);
  return {
    counts: inOrder(type, new Map(sampled.map(({ counted }) => counted))),
    isComplete: counts.size <= mostValues,
    frequent: inOrder(type, new Map(frequent)),
  };
}
