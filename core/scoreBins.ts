import type { DriftTest } from './drift/driftTest.ts';
import { clusterInterval } from './intervals.ts';
import type { LabelledScores } from './recalibration.ts';
import { studentQuantile, studentTail } from './studentT.ts';

/** The bin whose share of positive rows moved most. */
export interface MovedBin {
  /** Scores from `from` on, below `to`. */
  readonly from: number;
  readonly to: number;
  readonly before: number;
  readonly now: number;
}

/**
 * Whether rows of one score are positive as often as they were: over bins of as many of the rows before, the largest
 * difference of shares in standard errors, errors by hour, Student's t with the fewest degrees of freedom of all sides and
 * bins, of all bins together (Bonferroni: at most so many false alarms as stated). Undefined, too little to say, where no
 * bin has 8 hours on both sides.
 */
export function scoreBinTest(
  before: LabelledScores,
  now: LabelledScores,
): { readonly test: DriftTest; readonly bin: MovedBin } | undefined {
  const edges = edgesOf(before.scores);
  const bins = edges.slice(1).flatMap((to, at) => comparedBin(before, now, edges[at] ?? 0, to) ?? []);
  const [first, ...others] = bins;
  if (first === undefined) return undefined;
  const most = others.reduce((best, bin) => (bin.errors > best.errors ? bin : best), first);
  const freedom = Math.min(...bins.map((bin) => bin.freedom));
  const tails = 2 * bins.length;
  const test = {
    value: most.errors,
    pValue: Math.min(1, tails * studentTail(most.errors, freedom)),
    rows: now.scores.length,
    limitAt: (falseAlarms: number) => studentQuantile(1 - falseAlarms / tails, freedom),
  };
  return { test, bin: { from: most.from, to: most.to, before: most.before, now: most.now } };
}

const binCount = 10;

/** Tenths of the scores; equal edges are one. */
function edgesOf(scores: ArrayLike<number>): number[] {
  const sorted = Float64Array.from(scores).sort();
  const inner = Array.from(
    { length: binCount - 1 },
    (_, at) => sorted[Math.round(((at + 1) / binCount) * sorted.length)] ?? 1,
  );
  return [...new Set([0, ...inner]), Number.POSITIVE_INFINITY];
}

interface ComparedBin extends MovedBin {
  readonly errors: number;
  readonly freedom: number;
}

function comparedBin(before: LabelledScores, now: LabelledScores, from: number, to: number): ComparedBin | undefined {
  const [was, is] = [shareWithin(before, from, to), shareWithin(now, from, to)];
  if (was === undefined || is === undefined) return undefined;
  const error = Math.hypot(was.error, is.error);
  if (error === 0) return undefined;
  return {
    ...{ from, to, before: was.share, now: is.share },
    errors: Math.abs(is.share - was.share) / error,
    freedom: Math.min(was.freedom, is.freedom),
  };
}

function shareWithin({ scores, labels, hours }: LabelledScores, from: number, to: number) {
  const rows: number[] = [];
  for (let row = 0; row < scores.length; row += 1) {
    const score = scores[row] ?? 0;
    if (score >= from && score < to) rows.push(row);
  }
  const hits = Float64Array.from(rows, (row) => labels[row] ?? 0);
  const share = hits.reduce((sum, hit) => sum + hit, 0) / hits.length;
  const within = clusterInterval(
    share,
    hits,
    Uint32Array.from(rows, (row) => hours[row] ?? 0),
  );
  if (within.high === null || within.freedom === undefined) return undefined;
  return { share, error: (within.high - share) / studentQuantile(0.975, within.freedom), freedom: within.freedom };
}
