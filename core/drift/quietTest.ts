import { studentQuantile, studentTail } from '../studentT.ts';
import { type CarriedPast, carriedPast, type EarlierValue } from './carriedPast.ts';
import type { DriftTest } from './driftTest.ts';
import type { HiddenOwn } from './hiddenOwn.ts';

/** A test that is held to what earlier windows gave as well. */
export interface QuietTest extends DriftTest {
  /** `sampling` where the earlier windows are too few: then it is the test as it was. */
  readonly heldTo: 'quiet past' | 'sampling';
  /** The earlier windows. */
  readonly windows: number;
  /** 95 % interval of the limit that endless windows like the earlier ones would give; null where held to sampling. */
  limitWithin(falseAlarms: number): { readonly low: number; readonly high: number } | null;
}

/** Fewer earlier windows than this say too little of how windows vary. */
export const fewestWindows = 8;

/**
 * Holds a test to the values of the same statistic, against the same reference or one made in the same way, of earlier
 * windows in which all was quiet: those of `alikeWindows`, carried over to as many rows as there are now. Rows of one hour share weather, schedules
 * and campaigns, and an hour is no day, so that real windows lie farther from a reference than dealt out rows would.
 *
 * The p-value is the largest of four. That of the test. That of a further draw beside the earlier ones, by Student's t
 * (Hahn 1969) of the values' cube roots: what is spread like a chi-square is nearly normal so (Wilson and Hilferty 1931).
 * What has a largest value is drawn out before, so that no limit lies beyond it.
 * And the share of windows, this one among them, that lie as high (exact for windows in any order: Dufour 2006), unless
 * it is the highest, where that share can say no more. And that of what windows of fewer rows hid (`hiddenOwn`). With fewer than `fewestWindows` it is the test's alone.
 */
export function quietTest(test: DriftTest, earlier: readonly EarlierValue[]): QuietTest {
  if (earlier.length < fewestWindows) {
    return { ...test, heldTo: 'sampling', windows: earlier.length, limitWithin: () => null };
  }
  const past = pastOf(carriedPast(earlier, test.rows, test.byRows), test.byRows?.most ?? Number.POSITIVE_INFINITY);
  return {
    value: test.value,
    pValue: Math.max(test.pValue, pastTail(past, test.value)),
    rows: test.rows,
    heldTo: 'quiet past',
    windows: earlier.length,
    limitAt: (falseAlarms) => Math.max(test.limitAt(falseAlarms), pastLimit(past, falseAlarms)),
    limitWithin: (falseAlarms) => pastLimitWithin(past, falseAlarms),
  };
}

/** Values from the highest down, the largest that there can be, and mean and standard deviation of cube roots. */
interface Past {
  readonly values: readonly number[];
  readonly most: number;
  readonly mean: number;
  readonly spread: number;
  readonly hidden: HiddenOwn;
}

function pastOf({ values, hidden }: CarriedPast, most: number): Past {
  const roots = values.map((value) => Math.cbrt(drawnOut(Math.min(value, most * nearMost), most)));
  const mean = roots.reduce((sum, root) => sum + root, 0) / roots.length;
  const squares = roots.reduce((sum, root) => sum + (root - mean) ** 2, 0);
  const spread = Math.sqrt(squares / (roots.length - 1));
  return { values: [...values].sort((a, b) => b - a), most, mean, spread, hidden };
}

/** Of windows that had as much as there can be, how far is not known: it is told from here. */
const nearMost = 0.999;

/** From 0 to `most` to 0 to Infinity; what is small stays as it is. */
function drawnOut(value: number, most: number): number {
  return value < most ? value / (1 - value / most) : Number.POSITIVE_INFINITY;
}

function drawnIn(value: number, most: number): number {
  return value <= 0 ? value : 1 / (1 / value + 1 / most);
}

function pastTail({ values, most, mean, spread, hidden }: Past, value: number): number {
  const [count, off] = [values.length, Math.cbrt(drawnOut(value, most)) - mean];
  const reach = spread * Math.sqrt(1 + 1 / count);
  const drawn = reach === 0 ? Number(off <= 0) : studentTail(off / reach, count - 1);
  const asHigh = values.filter((other) => other >= value).length;
  return Math.max(hidden.tail(value), drawn, asHigh === 0 ? 0 : (asHigh + 1) / (count + 1));
}

function pastLimit({ values, most, mean, spread, hidden }: Past, falseAlarms: number): number {
  const count = values.length;
  const drawn = mean + studentQuantile(1 - falseAlarms, count - 1) * spread * Math.sqrt(1 + 1 / count);
  // So many may lie above, this window among them; of one that is the highest, Student's t speaks alone.
  const mayLieAbove = Math.max(0, Math.floor(falseAlarms * (count + 1)) - 1);
  const limit = Math.max(hidden.limitAt(falseAlarms), drawnIn(drawn ** 3, most), justAbove(values[mayLieAbove] ?? 0));
  return limit > most ? Number.POSITIVE_INFINITY : limit;
}

/** Quantile of a normal sample: the errors of its mean and of its standard deviation are independent. */
function pastLimitWithin({ values, most, mean, spread }: Past, falseAlarms: number): { low: number; high: number } {
  const count = values.length;
  const away = studentQuantile(1 - falseAlarms, manyRows);
  const error = spread * Math.sqrt(1 / count + away ** 2 / (2 * (count - 1)));
  const [limit, reach] = [mean + away * spread, studentQuantile(0.975, count - 1) * error];
  return { low: drawnIn((limit - reach) ** 3, most), high: drawnIn((limit + reach) ** 3, most) };
}

/** Student's t with so many degrees of freedom is the normal distribution, for all that is told of it. */
const manyRows = 1_000;

function justAbove(value: number): number {
  return value + Math.max(Number.MIN_VALUE, Math.abs(value) * 2 ** -52);
}
