/** A bound of the times that came last. */
export interface RecentBound {
  add(ms: number): void;
  /** Hardly one in eight hundred of them is above it; 0 before the second. */
  readonly ms: number;
}

/** So many times count. */
const kept = 4_000;

/** Of so many one is above the bound, and one beside: a single one decides nothing. */
const oneOf = 1_000;

/** Bounds grow by a fifth from one bin to the next, from a tenth of a millisecond to over an hour. */
const [growth, leastMs, bins] = [1.2, 0.1, 100];

/** Keeps 4,000 bytes and does not allocate. The bound is at most a fifth above what it bounds. */
export function recentBound(): RecentBound {
  const last = new Uint8Array(kept);
  const counts = new Uint16Array(bins);
  let [seen, bound] = [0, 0];
  const count = (bin: number, by: number): void => {
    counts[bin] = (counts[bin] ?? 0) + by;
  };
  return {
    add(ms) {
      const at = seen % kept;
      const bin = binOf(ms);
      if (seen >= kept) count(last[at] ?? 0, -1);
      count(bin, 1);
      last[at] = bin;
      seen += 1;
      bound = boundOf(counts, 1 + Math.floor(Math.min(seen, kept) / oneOf));
    },
    get ms() {
      return bound;
    },
  };
}

function binOf(ms: number): number {
  if (!(ms > leastMs)) return 0;
  return Math.min(bins - 1, Math.ceil(Math.log(ms / leastMs) / Math.log(growth)));
}

/** The end of the highest bin that has more than so many above and in it. */
function boundOf(counts: Uint16Array, above: number): number {
  let sum = 0;
  for (let bin = bins - 1; bin > 0; bin -= 1) {
    sum += counts[bin] ?? 0;
    if (sum > above) return leastMs * growth ** bin;
  }
  return sum + (counts[0] ?? 0) > above ? leastMs : 0;
}
