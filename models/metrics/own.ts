import { WhetError } from '../../core/errors.ts';
import type { Measure, OwnMetric } from '../../core/scorecardPlan.ts';
import type { Metric, Scores } from './metric.ts';

/** A measure of the pipeline file's own. Nothing is known of how a row moves it: the bootstrap gives its interval. */
export function own(name: OwnMetric, measure: Measure): Metric {
  return {
    name,
    // Copies, so that a measure that sorts what it is given changes nothing here.
    value: (scores, labels) => measured(name, measure, new Float32Array(scores), labels.slice()),
    resampled: (scores, labels) => (timesPerRow) => {
      const taken = rowsTaken(timesPerRow, scores, labels);
      return measured(name, measure, taken.scores, taken.labels);
    },
  };
}

function measured(name: OwnMetric, measure: Measure, scores: Float32Array, labels: Uint8Array): number {
  if (scores.length === 0 || scores.some(Number.isNaN)) return Number.NaN;
  const value: unknown = answered(name, () => measure(scores, labels));
  // An infinite value has no place in JSON, nor between others.
  if (typeof value === 'number') return Number.isFinite(value) ? value : Number.NaN;
  throw new WhetError('metric.failed', { expected: `a number from '${name}'`, came: String(value) });
}

function answered(name: OwnMetric, ask: () => number): number {
  try {
    return ask();
  } catch (error) {
    throw new WhetError('metric.failed', { expected: `a number from '${name}'`, came: String(error) }, error);
  }
}

/** Each row as often as it is taken. */
function rowsTaken(
  timesPerRow: Uint32Array,
  scores: Scores,
  labels: Uint8Array,
): { scores: Float32Array; labels: Uint8Array } {
  const rows = timesPerRow.reduce((sum, times) => sum + times, 0);
  const taken = { scores: new Float32Array(rows), labels: new Uint8Array(rows) };
  let at = 0;
  timesPerRow.forEach((times, row) => {
    taken.scores.fill(scores[row] ?? Number.NaN, at, at + times);
    taken.labels.fill(labels[row] ?? 0, at, at + times);
    at += times;
  });
  return taken;
}
