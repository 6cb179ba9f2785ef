import type { NumberSketch } from '../modelPackage.ts';

/** Where a window's rows lie among the quantiles of a reference. */
export interface NumberPlaces {
  readonly missing: number;
  /** Rows with a value. */
  readonly rows: number;
  /** By quantile: the rows below it, and the rows that are at most it. */
  readonly below: readonly number[];
  readonly atMost: readonly number[];
}

/**
 * Places a window's values; NaN is a missing one. They must have the precision that the sketch's values have (float32 for
 * a model package's), or what is equal will differ. SQL may count the same: `count(*) FILTER (x < q)` and `(x <= q)`.
 */
export function numberPlaces({ quantiles }: NumberSketch, values: Float32Array | Float64Array): NumberPlaces {
  const there = values.filter((value) => !Number.isNaN(value)).sort();
  return {
    missing: values.length - there.length,
    rows: there.length,
    below: quantiles.map((quantile) => firstWhere(there, (value) => value >= quantile)),
    atMost: quantiles.map((quantile) => firstWhere(there, (value) => value > quantile)),
  };
}

/** The place of the first value that is so, or their number. They are sorted, and all after the first one are so. */
function firstWhere(sorted: Float32Array | Float64Array, isSo: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isSo(sorted[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}
