import { studentQuantile } from '../studentT.ts';
import type { ByRows } from './driftTest.ts';
import { type HiddenOwn, hiddenOwn, nothingHidden } from './hiddenOwn.ts';

/** What a test gave in an earlier window, and of how many rows. */
export interface EarlierValue {
  readonly value: number;
  readonly rows: number;
}

export interface CarriedPast {
  /** What the test would have given if the windows had had so many rows. */
  readonly values: readonly number[];
  /** What the windows have of their own and hid behind their chance. */
  readonly hidden: HiddenOwn;
}

/**
 * Carries earlier values over to so many rows. Most of a small window's value is the chance of its few rows. So what is
 * above that, on average, and by as much more as so few windows may hide (95 %), is held to be the windows' own: it stays,
 * and chance shrinks or grows to what it is in so many rows. A window of as many rows keeps its value.
 */
export function carriedPast(earlier: readonly EarlierValue[], rows: number, byRows: ByRows | undefined): CarriedPast {
  if (byRows === undefined) return asTheyAre(earlier);
  return byRows.kind === 'share' ? carriedShares(earlier, rows) : carriedDistances(earlier, rows, byRows);
}

function asTheyAre(earlier: readonly EarlierValue[]): CarriedPast {
  return { values: earlier.map(({ value }) => value), hidden: nothingHidden };
}

/** Of a distance, what adds up is its mean over windows (random effects: DerSimonian and Laird 1986). */
function carriedDistances(
  earlier: readonly EarlierValue[],
  rows: number,
  { power, noiseOf, noiseSpread }: Extract<ByRows, { kind: 'distance' }>,
): CarriedPast {
  const noises = earlier.map((each) => noiseOf(each.rows));
  const own = ownPart(
    earlier.map(({ value }) => value ** power),
    noises,
    noiseSpread,
  );
  const noise = noiseOf(rows);
  return {
    values: earlier.map(({ value }, at) => value * ((own + noise) / (own + (noises[at] ?? 0))) ** (1 / power)),
    hidden: hiddenOwn({ own, noise, noiseThen: meanOf(noises) }, { from: 0, power }),
  };
}

/** Shares lie around that of all windows' rows; their variance is that of a binomial and the windows' own. */
function carriedShares(earlier: readonly EarlierValue[], rows: number): CarriedPast {
  const all = earlier.reduce((sum, each) => sum + each.rows, 0);
  const mean = earlier.reduce((sum, each) => sum + each.value * each.rows, 0) / all;
  if (mean <= 0 || mean >= 1) return asTheyAre(earlier);
  const noiseOf = (counted: number): number => (mean * (1 - mean)) / counted;
  const noises = earlier.map((each) => noiseOf(each.rows));
  const own = ownPart(
    earlier.map(({ value }) => (value - mean) ** 2),
    noises,
    Math.SQRT2,
  );
  const noise = noiseOf(rows);
  const values = earlier.map(({ value }, at) => {
    const scale = Math.sqrt((own + noise) / (own + (noises[at] ?? 0)));
    // Not by rounding: a window of as many rows keeps its value.
    return scale === 1 ? value : Math.min(1, Math.max(0, mean + (value - mean) * scale));
  });
  return { values, hidden: hiddenOwn({ own, noise, noiseThen: meanOf(noises) }, { from: mean, power: 2 }) };
}

/** The most, at 95 %, that the mean of what is above chance may be. Few values alike do not say that there is no chance. */
function ownPart(values: readonly number[], noises: readonly number[], noiseSpread: number): number {
  const excesses = values.map((value, at) => value - (noises[at] ?? 0));
  const mean = meanOf(excesses);
  const squares = excesses.reduce((sum, excess) => sum + (excess - mean) ** 2, 0);
  const spread = Math.max(Math.sqrt(squares / (values.length - 1)), noiseSpread * meanOf(noises));
  return Math.max(0, mean + (studentQuantile(0.95, values.length - 1) * spread) / Math.sqrt(values.length));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
