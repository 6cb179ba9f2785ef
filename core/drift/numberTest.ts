import type { NumberSketch } from '../modelPackage.ts';
import { cumulativeTest } from './cumulativeTest.ts';
import { type DriftTest, fewestRows } from './driftTest.ts';
import type { NumberPlaces } from './numberPlaces.ts';
import { quantileRanks } from './quantileRanks.ts';

/**
 * Whether a window's numbers are spread as those of the rows that a package's sketch was made of (`rows` of it, missing
 * ones among them): the distance of Kolmogorov and Smirnov at the sketch's quantiles, 0 to 1. The reference is a sample
 * too: its quantiles have known ranks, so that the window's rows between them have a law that no distribution matters to
 * (`CellLaw`, ranked). Where values are tied, of all ways to order them the one nearest to the reference counts: the law
 * holds for it too, with fewer false alarms than stated. Undefined, too little to say, where either side has fewer values
 * than `leastRows`.
 */
export function numberTest(
  reference: { readonly rows: number; readonly sketch: NumberSketch },
  window: NumberPlaces,
  leastRows: number = fewestRows,
): DriftTest | undefined {
  const referenceRows = reference.rows - reference.sketch.missing;
  if (Math.min(referenceRows, window.rows) < leastRows) return undefined;
  const ranks = quantileRanks(referenceRows, reference.sketch.quantiles.length);
  const value = ranks.reduce((largest, { rank, quantile }) => {
    // The share of all values, seen and to come, that is expected below a value of that rank.
    const share = rank / (referenceRows + 1);
    const [below, atMost] = [window.below[quantile] ?? 0, window.atMost[quantile] ?? 0];
    return Math.max(largest, below / window.rows - share, share - atMost / window.rows);
  }, 0);
  const ends = [0, ...ranks.map(({ rank }) => rank), referenceRows + 1];
  const sizes = ends.slice(1).map((end, at) => end - (ends[at] ?? 0));
  return cumulativeTest(value, { kind: 'ranked', size: referenceRows + 1, rows: window.rows }, sizes);
}
