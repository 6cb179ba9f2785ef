/** Counts of values by their size. */
export interface Histogram {
  add(value: number): void;
  read(): HistogramCounts;
}

export interface HistogramCounts {
  /** Upper bounds, and how many values are at most so large; all of them under infinity. */
  readonly buckets: readonly (readonly [bound: number, count: number])[];
  readonly sum: number;
}

export function openHistogram(bounds: readonly number[]): Histogram {
  const counts = new Float64Array(bounds.length + 1);
  let sum = 0;
  return {
    add(value) {
      let at = 0;
      while (at < bounds.length && value > (bounds[at] ?? 0)) at += 1;
      counts[at] = (counts[at] ?? 0) + 1;
      sum += value;
    },
    read: () => histogramCounts(bounds, counts, sum),
  };
}

/** Counts by bucket as counts up to each bound; the last bucket has no bound. */
export function histogramCounts(bounds: readonly number[], counts: ArrayLike<number>, sum: number): HistogramCounts {
  let upTo = 0;
  const buckets = [...bounds, Number.POSITIVE_INFINITY].map((bound, at): [number, number] => {
    upTo += counts[at] ?? 0;
    return [bound, upTo];
  });
  return { buckets, sum };
}
