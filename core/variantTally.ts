/**
 * What one variant did in one serving process since an epoch was applied: what a rollout is judged by. Counts only, so that
 * those of many processes add up.
 */
export interface VariantTally {
  /** `champion`, `challenger`, or another name of the routing. */
  readonly variant: string;
  readonly version: number;
  readonly epoch: number;
  /**
   * Requests that it was to score, to answer them or beside who did: all of the champion's, and of a variant those that
   * were skipped too. Less `failures`, `late` and `skipped`, and those under way, it scored them in time.
   */
  readonly requests: number;
  /** Requests whose answer carries its scores. */
  readonly answered: number;
  /** Threw, or gave a score that is no number. */
  readonly failures: number;
  /** Had no score by the deadline; one that came after it counts in `latency`, `scores` and `paired` all the same. */
  readonly late: number;
  /** Not asked, because it was not loaded, too many of its requests waited, or the caller left it too little time. */
  readonly skipped: number;
  /** Requests by the time that scoring took: bucket i ends at `latencyBoundsMs[i]`, the last one has no end. */
  readonly latency: readonly number[];
  /** Rows by score: `scoreBins` bins of equal width over [0, 1]. */
  readonly scores: readonly number[];
  /** Rows that the champion scored too; zeros for the champion itself. */
  readonly paired: PairedScores;
}

/** Of the differences `variant - champion` of scores of the same rows. */
export interface PairedScores {
  readonly rows: number;
  readonly sum: number;
  readonly squares: number;
  readonly largest: number;
  /** Rows whose decision differs. */
  readonly decisions: number;
}

export const latencyBoundsMs: readonly number[] = [
  0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500,
];

export const scoreBins = 100;

/** The tally of one that has not been asked yet. */
export function noTally(variant: string, version: number, epoch: number): VariantTally {
  return {
    variant,
    version,
    epoch,
    requests: 0,
    answered: 0,
    failures: 0,
    late: 0,
    skipped: 0,
    latency: new Array<number>(latencyBoundsMs.length + 1).fill(0),
    scores: new Array<number>(scoreBins).fill(0),
    paired: { rows: 0, sum: 0, squares: 0, largest: 0, decisions: 0 },
  };
}

/** Two tallies of one variant as one; the name, version and epoch are the first's. */
export function bothTallies(a: VariantTally, b: VariantTally): VariantTally {
  const added = (left: readonly number[], right: readonly number[]) => left.map((each, at) => each + (right[at] ?? 0));
  return {
    ...a,
    requests: a.requests + b.requests,
    answered: a.answered + b.answered,
    failures: a.failures + b.failures,
    late: a.late + b.late,
    skipped: a.skipped + b.skipped,
    latency: added(a.latency, b.latency),
    scores: added(a.scores, b.scores),
    paired: {
      rows: a.paired.rows + b.paired.rows,
      sum: a.paired.sum + b.paired.sum,
      squares: a.paired.squares + b.paired.squares,
      largest: Math.max(a.paired.largest, b.paired.largest),
      decisions: a.paired.decisions + b.paired.decisions,
    },
  };
}
