import type { BucketPlan } from '../core/featurePlan.ts';
import type { SpreadSketch } from '../core/matrix.ts';
import { quantilesOf } from './spreadSketch.ts';

/**
 * The cuts of a bucket feature, ascending, one or more: those given, or the quantiles of the train window's values.
 * Quantiles that fall together, and one at the smallest value, below which there is nothing, count once or not at all.
 */
export function bucketCuts(feature: BucketPlan, spread: SpreadSketch): number[] {
  if ('cuts' in feature) return [...feature.cuts];
  const shares = Array.from({ length: feature.quantiles - 1 }, (_, at) => (at + 1) / feature.quantiles);
  const cuts = [...new Set(quantilesOf(spread, shares))].filter((cut) => cut > spread.min);
  return cuts.length === 0 ? [spread.min] : cuts;
}

/** The ranges in words, one more than there are cuts. */
export function bucketRanges(cuts: readonly number[]): string[] {
  const between = cuts.slice(1).map((cut, at) => `${cuts[at]} to ${cut}`);
  return [`below ${cuts[0]}`, ...between, `from ${cuts.at(-1)}`];
}

/** The place of a value in the vocabulary of ranges: 0 where it is missing, else 1 and the cuts at or below it. */
export function bucketIndex(cuts: readonly number[], value: number): number {
  if (Number.isNaN(value)) return 0;
  let [low, high] = [0, cuts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((cuts[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}
