import type { Metric, Scores } from './metric.ts';
import { scoreGroups } from './scoreGroups.ts';

/**
 * Expected calibration error (Naeini, Cooper and Hauskrecht 2015) over ten bins of equal mass, by score: the mean over
 * rows of |mean label - mean score| of the row's bin. Rows of equal score stand for their mean label, so that a tie
 * across an edge of bins does not hang on the order of the rows. It has no influence function: the bootstrap serves.
 */
export const calibrationError: Metric = {
  name: 'calibration error',
  value: (scores, labels) => resampled(scores, labels)(new Uint32Array(scores.length).fill(1)),
  resampled,
};

const bins = 10;

/** Sorts once; each resample is then one walk over the rows in the order of their scores. */
function resampled(scores: Scores, labels: Uint8Array): (timesPerRow: Uint32Array) => number {
  if (scores.some(Number.isNaN)) return () => Number.NaN;
  const { sorted, placeOf } = scoreGroups(scores);
  return (timesPerRow) => {
    const rows = new Float64Array(scores.length);
    const positives = new Float64Array(scores.length);
    for (let row = 0; row < placeOf.length; row += 1) {
      const [at, times] = [placeOf[row] ?? 0, timesPerRow[row] ?? 0];
      rows[at] = (rows[at] ?? 0) + times;
      positives[at] = (positives[at] ?? 0) + times * (labels[row] ?? 0);
    }
    return errorOfGroups(sorted, rows, positives);
  };
}

/** `rows` and `positives` of each group of equal scores stand at the group's first place in `sorted`. */
function errorOfGroups(sorted: Scores, rows: Float64Array, positives: Float64Array): number {
  const total = rows.reduce((sum, count) => sum + count, 0);
  const gaps = new Float64Array(bins);
  let before = 0;
  for (let at = 0; at < sorted.length; at += 1) {
    let left = rows[at] ?? 0;
    if (left === 0) continue;
    const gap = (positives[at] ?? 0) / left - (sorted[at] ?? 0);
    while (left > 0) {
      const bin = Math.floor((before * bins) / total);
      const taken = Math.min(left, Math.ceil(((bin + 1) * total) / bins) - before);
      gaps[bin] = (gaps[bin] ?? 0) + taken * gap;
      before += taken;
      left -= taken;
    }
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / total;
}
