import type { Slice } from '../core/scorecard.ts';
import type { MetricName } from '../core/scorecardPlan.ts';
import type { JudgedRows } from './judgedRows.ts';
import { type Answering, metricOf } from './metrics/metricOf.ts';

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
 * Metrics per value of each column, without intervals: to look at, not to judge by. Per column at most 50 values, of
 * at least 100 rows each, those with the most rows first, equal ones by value.
 */
export function sliceMetrics(
  names: readonly MetricName[],
  columns: readonly SliceColumn[],
  { labels }: JudgedRows,
  scores: Float32Array,
  answering: Answering,
): Slice[] {
  return columns.flatMap((column) =>
    largestSlices(column).map(({ value, rows }) => ({
      column: column.column,
      value,
      rows: rows.length,
      metrics: metricsOn(names, rows, labels, scores, answering),
    })),
  );
}

interface SliceRows {
  readonly value: string;
  readonly rows: Uint32Array;
}

function largestSlices({ values, codes }: SliceColumn): SliceRows[] {
  const counts = new Uint32Array(values.length);
  for (const at of codes) counts[at] = (counts[at] ?? 0) + 1;
  return values
    .map((value, at) => ({ value, at, count: counts[at] ?? 0 }))
    .filter(({ count }) => count >= fewestSliceRows)
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, mostSlicesPerColumn)
    .map(({ value, at }) => ({ value, rows: rowsAt(codes, at) }));
}

function rowsAt(codes: Int32Array, at: number): Uint32Array {
  return Uint32Array.from(codes.keys()).filter((row) => codes[row] === at);
}

function metricsOn(
  names: readonly MetricName[],
  rows: Uint32Array,
  labels: Uint8Array,
  scores: Float32Array,
  answering: Answering,
): Slice['metrics'] {
  const own = Float32Array.from(rows, (row) => scores[row] ?? Number.NaN);
  const ownLabels = Uint8Array.from(rows, (row) => labels[row] ?? 0);
  const entries = names.map((name) => [name, metricOf(name, answering).value(own, ownLabels)] as const);
  return Object.fromEntries(entries.filter(([, value]) => !Number.isNaN(value)));
}
