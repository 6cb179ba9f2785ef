import type { ColumnSketch } from './columnSketch.ts';
import { md5 } from './md5.ts';

export interface DistinctCount {
  readonly values: number;
  /** Whether it is a count; else an estimate with a standard error of 3.1 %. */
  readonly isExact: boolean;
}

/**
 * How many values a column has, null not among them. Beyond `mostValues` the k-th smallest of hashes that lie evenly in
 * [0, 1) tells how many there are: (k - 1) / hash (Bar-Yossef et al. 2002; Beyer et al. 2007). Undefined for columns
 * whose values are not counted.
 */
export function distinctCount({ values }: ColumnSketch): DistinctCount | undefined {
  if (values === null) return undefined;
  const { counts, isComplete } = values;
  if (isComplete) return { values: counts.length, isExact: true };
  const largest = counts.reduce((most, [value]) => Math.max(most, unitHash(value)), 0);
  return { values: Math.round((counts.length - 1) / largest), isExact: false };
}

/** A value's place in [0, 1): the first 52 bits of its MD5. */
function unitHash(value: string): number {
  return Number.parseInt(md5(value).slice(0, 13), 16) / 16 ** 13;
}
