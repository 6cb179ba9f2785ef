import type { BucketPlan } from '../core/featurePlan.ts';
import type { Feature } from './feature.ts';
import { invalid } from './invalid.ts';

/** Where the ranges end. A value at a cut lies in the range above it. */
export type BucketOptions = { readonly cuts: readonly number[] } | { readonly quantiles: number };

/**
 * A numeric column by the range that its value lies in, as a category: between given cuts, or at quantiles of the train
 * window, so that each range has about as many of its rows. Null has a place of its own.
 */
export function bucket<const Name extends string>(
  column: Name,
  options: BucketOptions,
): Feature<Record<Name, number | null | undefined>> {
  return {
    kind: 'bucket',
    columns: [column],
    plan: (name, place): BucketPlan => ({ kind: 'bucket', name, column, ...ranges(options, place) }),
  };
}

function ranges(options: BucketOptions | undefined, place: string): BucketOptions {
  const { cuts, quantiles, ...more } = { cuts: undefined, quantiles: undefined, ...options };
  const isOne = (cuts === undefined) !== (quantiles === undefined) && Object.keys(more).length === 0;
  if (!isOne) throw invalid(place, '{ cuts: [10, 100] } or { quantiles: 4 }', options);
  if (quantiles !== undefined) return { quantiles: checkedQuantiles(quantiles, place) };
  return { cuts: checkedCuts(cuts, place) };
}

function checkedQuantiles(quantiles: number, place: string): number {
  if (Number.isInteger(quantiles) && quantiles >= 2 && quantiles <= 1_000) return quantiles;
  throw invalid(`${place}.quantiles`, 'a whole number of ranges, 2 to 1,000', quantiles);
}

function checkedCuts(cuts: unknown, place: string): readonly number[] {
  const isRight = Array.isArray(cuts) && cuts.length > 0 && cuts.every(Number.isFinite);
  if (isRight && cuts.every((cut, at) => at === 0 || cuts[at - 1] < cut)) return cuts;
  throw invalid(`${place}.cuts`, 'one finite number or more, ascending', cuts);
}
