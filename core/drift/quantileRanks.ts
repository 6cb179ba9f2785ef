/** A quantile of a sketch, by its place there, and the rank of its value among the rows. */
export interface QuantileRank {
  readonly quantile: number;
  readonly rank: number;
}

/**
 * Ranks of a sketch's quantiles at shares 0, 1/32, … 1: ceil(share x rows). The first and the last, the smallest and the
 * largest value, are left out: they say less of where rows lie than of how many there are. Of equal ranks one stays.
 */
export function quantileRanks(rows: number, quantiles: number): QuantileRank[] {
  const inner = Array.from({ length: Math.max(0, quantiles - 2) }, (_, at) => {
    return { quantile: at + 1, rank: Math.ceil(((at + 1) / (quantiles - 1)) * rows) };
  });
  return inner.filter(({ rank }, at) => rank !== inner[at - 1]?.rank && rank < rows);
}
