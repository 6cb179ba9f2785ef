import type { DriftTest } from './drift/driftTest.ts';
import { fewestHours } from './intervals.ts';
import { unequalHours } from './unequalHours.ts';

/** Rows with labels, 1 for positive, and what a model said of them. `hours` names each row's hour by any whole number. */
export interface LabelledScores {
  readonly scores: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
  readonly hours: Uint32Array;
}

/** Log-odds of a label = intercept + slope x log-odds of its score: 0 and 1 where scores are shares. */
export interface Recalibration {
  readonly intercept: number;
  readonly slope: number;
  /** Of intercept and slope: variance, covariance, variance. */
  readonly covariance: readonly [number, number, number];
  /** Hours' degrees of freedom. */
  readonly freedom: number;
}

/**
 * The line that turns a model's scores into shares again (Cox 1958), by Newton's method, with errors by hour (Liang and
 * Zeger 1986), corrected as `unequalHours` does. Undefined, too little to say, with labels of one class, scores of one
 * value, or fewer than 8 hours.
 */
export function recalibration({ scores, labels, hours }: LabelledScores): Recalibration | undefined {
  const odds = Float64Array.from(scores, (score) => logOdds(score));
  const rowsByHour = new Map<number, number>();
  for (const hour of hours) rowsByHour.set(hour, (rowsByHour.get(hour) ?? 0) + 1);
  if (rowsByHour.size < fewestHours) return undefined;
  let line: Line = { intercept: 0, slope: 1 };
  for (let round = 0; round < mostRounds; round += 1) {
    const { pull, inverse } = pullOf(line, odds, labels);
    const step = inverse === undefined ? undefined : times(inverse, pull);
    if (step === undefined) return undefined;
    line = { intercept: line.intercept + step[0], slope: line.slope + step[1] };
    if (Math.abs(step[0]) + Math.abs(step[1]) < 1e-10)
      return withErrors(line, odds, labels, hours, [...rowsByHour.values()]);
  }
  return undefined;
}

const mostRounds = 50;

/**
 * Whether the line now is the line of before: Wald's statistic of both differences with both errors in it (Hotelling 1931,
 * by the hours of the side that has fewer), its root as the value.
 */
export function recalibrationTest(before: Recalibration, now: Recalibration, rows: number): DriftTest | undefined {
  const [a, ab, b] = before.covariance.map((each, at) => each + (now.covariance[at] ?? 0));
  const inverse = inverted([a ?? 0, ab ?? 0, b ?? 0]);
  const freedom = Math.min(before.freedom, now.freedom);
  if (inverse === undefined || freedom < 2) return undefined;
  const moved: Pair = [now.intercept - before.intercept, now.slope - before.slope];
  const [first, second] = times(inverse, moved);
  const value = Math.sqrt(Math.max(0, first * moved[0] + second * moved[1]));
  // Hotelling's T squared of two dimensions has a tail in closed form.
  const power = (freedom - 1) / 2;
  return {
    value,
    pValue: (1 + value ** 2 / freedom) ** -power,
    rows,
    limitAt: (falseAlarms) => Math.sqrt(freedom * (falseAlarms ** (-1 / power) - 1)),
  };
}

type Pair = readonly [number, number];
/** Of a symmetric matrix: first, both others, last. */
type Symmetric = readonly [number, number, number];
type Line = Pick<Recalibration, 'intercept' | 'slope'>;

/** Scores are float32: those of 0 and 1 are as far from certain as the nearest others. */
function logOdds(score: number): number {
  const within = Math.min(1 - 2 ** -24, Math.max(2 ** -24, score));
  return Math.log(within / (1 - within));
}

function pullOf({ intercept, slope }: Line, odds: Float64Array, labels: ArrayLike<number>) {
  let [first, second, a, ab, b] = [0, 0, 0, 0, 0];
  for (let row = 0; row < odds.length; row += 1) {
    const x = odds[row] ?? 0;
    const share = 1 / (1 + Math.exp(-intercept - slope * x));
    const [off, weight] = [(labels[row] ?? 0) - share, share * (1 - share)];
    first += off;
    second += off * x;
    a += weight;
    ab += weight * x;
    b += weight * x * x;
  }
  return { pull: [first, second] as const, inverse: inverted([a, ab, b]) };
}

function withErrors(
  line: Line,
  odds: Float64Array,
  labels: ArrayLike<number>,
  hours: Uint32Array,
  rowsPerHour: readonly number[],
): Recalibration | undefined {
  const { inverse } = pullOf(line, odds, labels);
  if (inverse === undefined) return undefined;
  const pulls = new Map<number, [number, number]>();
  for (let row = 0; row < odds.length; row += 1) {
    const [hour, x] = [hours[row] ?? 0, odds[row] ?? 0];
    const off = (labels[row] ?? 0) - 1 / (1 + Math.exp(-line.intercept - line.slope * x));
    const pull = pulls.get(hour) ?? [0, 0];
    pulls.set(hour, [pull[0] + off, pull[1] + off * x]);
  }
  const { correction, freedom } = unequalHours(rowsPerHour);
  const moves = [...pulls.values()].map((pull) => times(inverse, pull));
  const sum = (of: (move: Pair) => number): number => correction * moves.reduce((all, move) => all + of(move), 0);
  return { ...line, covariance: [sum(([i]) => i * i), sum(([i, s]) => i * s), sum(([, s]) => s * s)], freedom };
}

function inverted([a, ab, b]: Symmetric): Symmetric | undefined {
  const determinant = a * b - ab * ab;
  // Of one score all rows are, or all labels are the same: no line, or one without an end.
  if (!(determinant > 1e-12 * a * b)) return undefined;
  return [b / determinant, -ab / determinant, a / determinant];
}

function times([a, ab, b]: Symmetric, [first, second]: Pair): Pair {
  return [a * first + ab * second, ab * first + b * second];
}
