import { type Random, seededRandom } from './random.ts';
import type { Estimate } from './scorecard.ts';
import { studentQuantile } from './studentT.ts';
import { unequalHours } from './unequalHours.ts';

/** Fewer hours with rows than this give no interval: a spread of so few sums says nothing. */
export const fewestHours = 8;

/** Draws of the bootstrap. The standard error then carries an error of its own of 1 / sqrt(2 x 400): 3.5 %. */
const draws = 400;
const confidence = 0.95;

/**
 * A value with its 95 % interval from what each row adds to it (`influence`: only deviations from their mean count).
 * Rows of one hour share weather and traffic, so the hour is what was drawn: deviations are summed by hour, and their
 * spread over hours is the error (Liang and Zeger 1986), with the correction and Student's t of `unequalHours`. `hours`
 * names each row's hour by any whole number.
 */
export function clusterInterval(value: number, influence: Float64Array, hours: Uint32Array): Estimate {
  const mean = influence.reduce((sum, each) => sum + each, 0) / influence.length;
  const sums = new Map<number, number>();
  influence.forEach((each, row) => {
    const hour = hours[row] ?? 0;
    sums.set(hour, (sums.get(hour) ?? 0) + each - mean);
  });
  const squares = [...sums.values()].reduce((sum, each) => sum + each ** 2, 0);
  return around(value, Math.sqrt(squares) / influence.length, hours);
}

/** `value` is the difference of two values; their influences are paired by row, so that what rows share cancels. */
export function pairedInterval(value: number, own: Float64Array, other: Float64Array, hours: Uint32Array): Estimate {
  return clusterInterval(
    value,
    own.map((each, row) => each - (other[row] ?? 0)),
    hours,
  );
}

/**
 * What a value becomes when whole hours are drawn with replacement, as many as there are: 400 draws. Models that are
 * compared get the same seed, hence the same hours, and the difference of their draws is paired. One at a time, for whoever
 * has other things to do in between.
 */
export function* hourDraws(
  resampled: (timesPerRow: Uint32Array) => number,
  hours: Uint32Array,
  seed: number,
): Generator<number> {
  const random = seededRandom(seed);
  const distinct = [...new Set(hours)];
  const place = new Map(distinct.map((hour, index) => [hour, index]));
  const places = hours.map((hour) => place.get(hour) ?? 0);
  for (let draw = 0; draw < draws; draw += 1) {
    const times = timesDrawn(distinct.length, random);
    yield resampled(places.map((at) => times[at] ?? 0));
  }
}

/**
 * A value with its 95 % interval from the standard deviation of its draws. Not their percentiles: a calibration error
 * is larger in a resample than in the rows it was drawn from, and percentiles would keep that bias.
 */
export function bootstrapInterval(value: number, drawn: Float64Array, hours: Uint32Array): Estimate {
  const mean = drawn.reduce((sum, each) => sum + each, 0) / drawn.length;
  const squares = drawn.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  return around(value, Math.sqrt(squares / (drawn.length - 1)), hours);
}

function timesDrawn(count: number, random: Random): Uint32Array {
  const times = new Uint32Array(count);
  for (let draw = 0; draw < count; draw += 1) {
    const hour = random.below(count);
    times[hour] = (times[hour] ?? 0) + 1;
  }
  return times;
}

/** `error` is the standard error before the correction for few hours. */
function around(value: number, error: number, hours: Uint32Array): Estimate {
  const rows = new Map<number, number>();
  for (const hour of hours) rows.set(hour, (rows.get(hour) ?? 0) + 1);
  if (rows.size < fewestHours || !Number.isFinite(error)) return { value, low: null, high: null };
  const { correction, freedom } = unequalHours([...rows.values()]);
  const reach = studentQuantile((1 + confidence) / 2, freedom) * error * Math.sqrt(correction);
  return { value, low: value - reach, high: value + reach, freedom };
}
