import type { CalibrationBin, CurveCut, Curves } from '../core/curves.ts';
import { clusterInterval } from '../core/intervals.ts';
import { cutsOf } from './cuts.ts';
import type { JudgedRows } from './judgedRows.ts';

/** The curves of a model's scores, one per row. */
export function curvesOf({ labels, hours }: JudgedRows, scores: Float32Array): Curves {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const negatives = labels.length - positives;
  return {
    positives,
    negatives,
    cuts: fewCuts(scores, labels, { positives, negatives }),
    calibration: calibrationOf({ labels, hours }, scores),
    histogram: histogramOf(scores, labels),
  };
}

/** Steps along both shares of the ROC curve: so many points at most for each of the two. */
const steps = 100;

/** The cuts at which the curve has gone another step, so that steep and flat parts are drawn alike. */
function fewCuts(
  scores: Float32Array,
  labels: Uint8Array,
  all: { readonly positives: number; readonly negatives: number },
): CurveCut[] {
  const highest = scores.reduce((most, score) => Math.max(most, score), 0);
  const kept: CurveCut[] = [{ threshold: (highest + 1) / 2, truePositives: 0, falsePositives: 0 }];
  let gone = 0;
  for (const { threshold, answered, hits } of cutsOf(scores, labels)) {
    const falsePositives = answered - hits;
    const way = shareOf(hits, all.positives) + shareOf(falsePositives, all.negatives);
    if (way < gone + 1 / steps && answered < labels.length) continue;
    kept.push({ threshold, truePositives: hits, falsePositives });
    gone = way;
  }
  return kept;
}

function shareOf(count: number, all: number): number {
  return all === 0 ? 0 : count / all;
}

const calibrationBins = 10;

/** Reliability (Murphy and Winkler 1977) over bins of as many rows; equal scores in the order of the rows. */
function calibrationOf({ labels, hours }: JudgedRows, scores: Float32Array): CalibrationBin[] {
  const order = Uint32Array.from(scores, (_, row) => row).sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0) || a - b);
  const edge = (bin: number): number => Math.round((bin * order.length) / calibrationBins);
  return Array.from({ length: calibrationBins }, (_, bin) => order.subarray(edge(bin), edge(bin + 1)))
    .filter((rows) => rows.length > 0)
    .map((rows) => {
      const hits = Float64Array.from(rows, (row) => labels[row] ?? 0);
      const [score, rate] = [meanOf(Float64Array.from(rows, (row) => scores[row] ?? 0)), meanOf(hits)];
      const { low, high } = clusterInterval(
        rate,
        hits,
        Uint32Array.from(rows, (row) => hours[row] ?? 0),
      );
      return { rows: rows.length, score, rate, low, high };
    });
}

const histogramBins = 40;

function histogramOf(scores: Float32Array, labels: Uint8Array): Curves['histogram'] {
  const bins = Array.from({ length: histogramBins }, () => ({ positives: 0, negatives: 0 }));
  for (const [row, score] of scores.entries()) {
    const bin = bins[Math.min(histogramBins - 1, Math.max(0, Math.floor(score * histogramBins)))];
    if (bin === undefined) continue;
    if (labels[row] === 1) bin.positives += 1;
    else bin.negatives += 1;
  }
  return bins;
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
