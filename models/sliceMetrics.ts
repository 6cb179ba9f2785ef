import type { Estimates, Slice } from '../core/scorecard.ts';
import type { MetricName } from '../core/scorecardPlan.ts';
import { estimatesOf, measure } from './estimateMetrics.ts';
import type { JudgedRows } from './judgedRows.ts';
import type { Answering } from './metrics/metricOf.ts';

/** A column's values, and each row's place among them. */
export interface SliceColumn {
  readonly column: string;
  readonly values: readonly string[];
  readonly codes: Int32Array;
}

/** A slice with fewer rows is left out: its metrics would be noise. */
export const fewestSliceRows = 100;
/** Of each column, the values with the most rows. */
export const mostSlicesPerColumn = 50;

/**
 * Metrics per value of each column, with intervals where the slice has rows of enough hours and the metric needs no
 * draws for one. Per column at most 50 values, of at least 100 rows each, those with the most rows first, equal ones by
 * value.
 */
export function sliceMetrics(
  names: readonly MetricName[],
  columns: readonly SliceColumn[],
  rows: JudgedRows,
  scores: Float32Array,
  answering: Answering,
): Slice[] {
  return columns.flatMap((column) =>
    largestSlices(column).map(({ value, at }) => ({
      column: column.column,
      value,
      rows: at.length,
      metrics: metricsOn(names, at, rows, scores, answering),
    })),
  );
}

interface SliceRows {
  readonly value: string;
  /** Which rows. */
  readonly at: Uint32Array;
}

function largestSlices({ values, codes }: SliceColumn): SliceRows[] {
  const counts = new Uint32Array(values.length);
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  return values
    .map((value, code) => ({ value, code, count: counts[code] ?? 0 }))
    .filter(({ count }) => count >= fewestSliceRows)
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, mostSlicesPerColumn)
    .map(({ value, code }) => ({ value, at: rowsOf(codes, code) }));
}

function rowsOf(codes: Int32Array, code: number): Uint32Array {
  return Uint32Array.from(codes.keys()).filter((row) => codes[row] === code);
}

function metricsOn(
  names: readonly MetricName[],
  at: Uint32Array,
  { labels, hours }: JudgedRows,
  scores: Float32Array,
  answering: Answering,
): Estimates {
  const own: JudgedRows = {
    labels: Uint8Array.from(at, (row) => labels[row] ?? 0),
    hours: at.map((row) => hours[row] ?? 0),
  };
  const ownScores = Float32Array.from(at, (row) => scores[row] ?? Number.NaN);
  return estimatesOf(measure(names, own, ownScores, answering), own);
}
