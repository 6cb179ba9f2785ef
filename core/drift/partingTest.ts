import type { NumberSketch } from '../modelPackage.ts';
import { studentQuantile, studentTail } from '../studentT.ts';
import { type DriftTest, fewestRows } from './driftTest.ts';
import { quantileRanks } from './quantileRanks.ts';

/** A model's scores, and the sketch of what they were (`rows` of it). */
export interface ScoredSide {
  readonly rows: number;
  readonly sketch: NumberSketch;
  /** One per row; both sides have the same rows. */
  readonly scores: Float32Array;
}

export interface Parting {
  readonly test: DriftTest;
  /** Where they are farthest apart, for people. */
  readonly told: string;
}

/**
 * Whether two models that score the same rows moved apart, each measured by its own sketch: at each of its quantiles, the
 * share of rows below it of the one less that of the other, paired by row (McNemar 1947) so that what the input moved in
 * both cancels. The error has that of both sketches' quantiles in it; the value is the largest gap in standard errors,
 * of all quantiles together (Bonferroni: at most so many false alarms as stated). Undefined, too little to say, with fewer
 * rows than `leastRows`.
 */
export function partingTest(own: ScoredSide, other: ScoredSide, leastRows: number = fewestRows): Parting | undefined {
  const rows = own.scores.length;
  if (Math.min(rows, own.rows, other.rows) < leastRows) return undefined;
  const places = quantileRanks(Math.min(own.rows, other.rows), own.sketch.quantiles.length);
  const gaps = places.map(({ quantile }) => gapAt(own, other, quantile));
  const [first, ...others] = gaps;
  if (first === undefined) return undefined;
  const most = others.reduce((best, gap) => (gap.errors > best.errors ? gap : best), first);
  const tails = 2 * gaps.length;
  const freedom = Math.min(rows - 1, mostFreedom);
  const told = `${percent(most.own)} % of the champion's scores are below what ${percent(most.share)} % were, and ${percent(most.other)} % of the reference's`;
  return {
    told,
    test: {
      value: most.errors,
      pValue: Math.min(1, tails * studentTail(most.errors, freedom)),
      rows,
      limitAt: (falseAlarms) => studentQuantile(1 - falseAlarms / tails, freedom),
    },
  };
}

/** From there on Student's t is as good as normal. */
const mostFreedom = 1_000;

interface Gap {
  readonly share: number;
  readonly own: number;
  readonly other: number;
  readonly errors: number;
}

function gapAt(own: ScoredSide, other: ScoredSide, quantile: number): Gap {
  const rows = own.scores.length;
  const share = quantile / (own.sketch.quantiles.length - 1);
  const [cut, otherCut] = [own.sketch.quantiles[quantile] ?? 0, other.sketch.quantiles[quantile] ?? 0];
  let [below, otherBelow, squares] = [0, 0, 0];
  for (let row = 0; row < rows; row += 1) {
    const [is, otherIs] = [isBelow(own.scores[row] ?? 0, cut), isBelow(other.scores[row] ?? 0, otherCut)];
    below += is;
    otherBelow += otherIs;
    squares += (is - otherIs) ** 2;
  }
  const gap = (below - otherBelow) / rows;
  const ofSketches = share * (1 - share) * (1 / own.rows + 1 / other.rows);
  const error = Math.sqrt((squares / rows - gap ** 2) / rows + ofSketches);
  return { share, own: below / rows, other: otherBelow / rows, errors: Math.abs(gap) / error };
}

/** A score at the cut is half below it: of many equal ones, a sketch does not say how many are. */
function isBelow(score: number, cut: number): number {
  return score < cut ? 1 : score === cut ? 0.5 : 0;
}

function percent(share: number): number {
  return Math.round(100 * share);
}
