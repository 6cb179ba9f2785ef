import { studentQuantile, studentTail } from '../studentT.ts';
import type { DriftTest } from './driftTest.ts';

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
 * windows of about as many rows in which all was quiet: those of `alikeWindows`. Rows of one hour share weather, schedules
 * and campaigns, and an hour is no day, so that real windows lie farther from a reference than dealt out rows would.
 *
 * The p-value is the largest of three. That of the test. That of a further draw beside the earlier ones, by Student's t
 * (Hahn 1969) of the values' cube roots: what is spread like a chi-square is nearly normal so (Wilson and Hilferty 1931).
 * And the share of windows, this one among them, that lie as high (exact for windows in any order: Dufour 2006), unless
 * it is the highest, where that share can say no more. With fewer than `fewestWindows` it is the test's alone.
 */
export function quietTest(test: DriftTest, earlier: readonly number[]): QuietTest {
  if (earlier.length < fewestWindows) {
    return { ...test, heldTo: 'sampling', windows: earlier.length, limitWithin: () => null };
  }
  const past = pastOf(earlier);
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

/** Values from the highest down, and mean and standard deviation of their cube roots. */
interface Past {
  readonly values: readonly number[];
  readonly mean: number;
  readonly spread: number;
}

function pastOf(earlier: readonly number[]): Past {
  const roots = earlier.map(Math.cbrt);
  const mean = roots.reduce((sum, root) => sum + root, 0) / roots.length;
  const squares = roots.reduce((sum, root) => sum + (root - mean) ** 2, 0);
  return { values: [...earlier].sort((a, b) => b - a), mean, spread: Math.sqrt(squares / (roots.length - 1)) };
}

function pastTail({ values, mean, spread }: Past, value: number): number {
  const [count, off] = [values.length, Math.cbrt(value) - mean];
  const reach = spread * Math.sqrt(1 + 1 / count);
  const drawn = reach === 0 ? Number(off <= 0) : studentTail(off / reach, count - 1);
  const asHigh = values.filter((other) => other >= value).length;
  return asHigh === 0 ? drawn : Math.max(drawn, (asHigh + 1) / (count + 1));
}

function pastLimit({ values, mean, spread }: Past, falseAlarms: number): number {
  const count = values.length;
  const drawn = mean + studentQuantile(1 - falseAlarms, count - 1) * spread * Math.sqrt(1 + 1 / count);
  // So many may lie above, this window among them; of one that is the highest, Student's t speaks alone.
  const mayLieAbove = Math.max(0, Math.floor(falseAlarms * (count + 1)) - 1);
  return Math.max(drawn ** 3, justAbove(values[mayLieAbove] ?? 0));
}

/** Quantile of a normal sample: the errors of its mean and of its standard deviation are independent. */
function pastLimitWithin({ values, mean, spread }: Past, falseAlarms: number): { low: number; high: number } {
  const count = values.length;
  const away = studentQuantile(1 - falseAlarms, manyRows);
  const error = spread * Math.sqrt(1 / count + away ** 2 / (2 * (count - 1)));
  const [limit, reach] = [mean + away * spread, studentQuantile(0.975, count - 1) * error];
  return { low: (limit - reach) ** 3, high: (limit + reach) ** 3 };
}

/** Student's t with so many degrees of freedom is the normal distribution, for all that is told of it. */
const manyRows = 1_000;

function justAbove(value: number): number {
  return value + Math.max(Number.MIN_VALUE, Math.abs(value) * 2 ** -52);
}
