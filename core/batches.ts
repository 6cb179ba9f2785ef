export interface BatchBounds {
  /** What the items of a batch weigh together at most. */
  readonly weight: number;
  /** Where there would be more batches, they are made heavier. */
  readonly count: number;
}

/** Items cut into batches, in their order; an item that is heavier than a batch may be is one alone. */
export function batchesOf<T>(items: readonly T[], weightOf: (item: T) => number, bounds: BatchBounds): T[][] {
  const total = items.reduce((sum, item) => sum + weightOf(item), 0);
  // Two batches in a row are heavier than the bound together.
  const atMost = Math.max(bounds.weight, (2 * total) / bounds.count);
  const batches: T[][] = [];
  let weight = Number.POSITIVE_INFINITY;
  for (const item of items) {
    weight += weightOf(item);
    if (weight > atMost) {
      batches.push([]);
      weight = weightOf(item);
    }
    batches.at(-1)?.push(item);
  }
  return batches;
}
