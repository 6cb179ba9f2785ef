import { latencyBoundsMs, noTally, scoreBins, type VariantTally } from '../core/variantTally.ts';

/** Counts what one variant does in this process during an epoch, in place: nothing is allocated for a request. */
export interface TallyCounter {
  requested(): void;
  answered(): void;
  failed(): void;
  late(): void;
  skipped(): void;
  /** Scores of one request, and how long they took. */
  scored(ms: number, scores: Float32Array): void;
  /** Scores of the same rows by the champion; each decides by its own threshold. */
  paired(scores: Float32Array, threshold: number, champion: Float32Array, championThreshold: number): void;
  /** Within which so many of its scores came, as far as the bounds tell; 0 before it has `fewest`. */
  p99Ms(): number;
  tally(): VariantTally;
}

/** Fewer times than this have no 99th percentile worth acting on. */
const fewest = 50;

export function tallyCounter(variant: string, version: number, epoch: number): TallyCounter {
  const latency = new Array<number>(latencyBoundsMs.length + 1).fill(0);
  const scoreCounts = new Array<number>(scoreBins).fill(0);
  const counts = { requests: 0, answered: 0, failures: 0, late: 0, skipped: 0 };
  const pairs = { rows: 0, sum: 0, squares: 0, largest: 0, decisions: 0 };
  let timed = 0;
  return {
    requested() {
      counts.requests += 1;
    },
    answered() {
      counts.answered += 1;
    },
    failed() {
      counts.failures += 1;
    },
    late() {
      counts.late += 1;
    },
    skipped() {
      counts.skipped += 1;
    },
    scored(ms, scores) {
      timed += 1;
      add(latency, binOfLatency(ms));
      for (let row = 0; row < scores.length; row += 1) add(scoreCounts, binOfScore(scores[row] ?? 0));
    },
    paired(scores, threshold, champion, championThreshold) {
      for (let row = 0; row < scores.length; row += 1) {
        const [one, other] = [scores[row] ?? 0, champion[row] ?? 0];
        const difference = one - other;
        pairs.rows += 1;
        pairs.sum += difference;
        pairs.squares += difference * difference;
        pairs.largest = Math.max(pairs.largest, Math.abs(difference));
        if (one >= threshold !== other >= championThreshold) pairs.decisions += 1;
      }
    },
    p99Ms() {
      if (timed < fewest) return 0;
      let above = timed * 0.01;
      for (let bin = latency.length - 1; bin > 0; bin -= 1) {
        above -= latency[bin] ?? 0;
        if (above < 0) return latencyBoundsMs[bin] ?? Number.POSITIVE_INFINITY;
      }
      return latencyBoundsMs[0] ?? 0;
    },
    tally: () => ({
      ...noTally(variant, version, epoch),
      ...counts,
      latency: [...latency],
      scores: [...scoreCounts],
      paired: { ...pairs },
    }),
  };
}

function binOfLatency(ms: number): number {
  let bin = 0;
  while (bin < latencyBoundsMs.length && ms > (latencyBoundsMs[bin] ?? 0)) bin += 1;
  return bin;
}

/** A score of 1 lies in the last bin; what a model of the user's own gives beyond [0, 1], in the nearest. */
function binOfScore(score: number): number {
  return Math.min(scoreBins - 1, Math.max(0, Math.floor(score * scoreBins)));
}

function add(counts: number[], bin: number): void {
  counts[bin] = (counts[bin] ?? 0) + 1;
}
