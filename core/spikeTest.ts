import { studentQuantile, studentTail } from './studentT.ts';

/** One window against earlier ones like it, on a scale on which chance alone spreads all alike. */
export interface SpikeTest {
  readonly median: number;
  /** The probability of a window as far from the median, or farther, where nothing has changed. */
  readonly pValue: number;
  /** How far that is for a share of false alarms, on the same scale. */
  reach(falseAlarms: number): number;
}

/** Fewer earlier windows than this say too little of how windows vary. */
export const fewestAlike = 8;

/**
 * Judges a value by the median of earlier ones and the median of their distances from it (MAD: Hampel 1974), for there were
 * spikes in the past as well. The MAD is 1 / 1.4826 of a normal spread, with n / (n - 0.8) for few values (Croux and
 * Rousseeuw 1992), and as good as the spread of 37 % as many values (Rousseeuw and Croux 1993): hence Student's t with so
 * many degrees of freedom. The median adds its own error, pi / 2n of the square. `least` is what chance alone spreads a
 * value by: the spread is no less, and where it is that, more is known of it (twice the degrees of freedom: simulated, with
 * true spreads from 1 to 3 times `least`, as many false alarms as stated or fewer, down to 0.001 with 8 to 20 windows).
 */
export function spikeTest(
  value: number,
  earlier: readonly number[],
  least: number,
  sides: 'both' | 'above',
): SpikeTest {
  const count = earlier.length;
  const median = medianOf(earlier);
  const mad = medianOf(earlier.map((each) => Math.abs(each - median)));
  const seen = 1.4826 * mad * (count / (count - 0.8));
  const scale = Math.max(least, seen) * Math.sqrt(1 + Math.PI / (2 * count));
  const freedom = Math.max(1, Math.round(0.37 * (count - 1) * (seen > least ? 1 : 2)));
  const away = (value - median) / scale;
  const twice = sides === 'both' ? 2 : 1;
  return {
    median,
    pValue: Math.min(1, twice * studentTail(sides === 'both' ? Math.abs(away) : away, freedom)),
    reach: (falseAlarms) => scale * studentQuantile(1 - falseAlarms / twice, freedom),
  };
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}
