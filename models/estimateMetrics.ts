import { bootstrapInterval, clusterInterval, hourDraws, pairedInterval } from '../core/intervals.ts';
import type { Estimate, Estimates } from '../core/scorecard.ts';
import type { MetricName } from '../core/scorecardPlan.ts';
import type { JudgedRows } from './judgedRows.ts';
import type { Metric } from './metrics/metric.ts';
import { type Answering, metricOf } from './metrics/metricOf.ts';

/** A metric on one model's scores, with what its interval is made from: the rows' influence, or the draws. */
export interface Measured {
  readonly metric: MetricName;
  readonly value: number;
  readonly influence: Float64Array | null;
  readonly draws: Float64Array;
}

/**
 * How scores are measured. Models to be compared take the same `seed`: their draws are then of the same hours. Null draws
 * nothing: a metric without influence then has no interval.
 */
export interface Measuring extends Answering {
  readonly seed: number | null;
}

/** Measures scores, one per row. A metric without a value on these rows (auc of one class) is left out. */
export function measure(
  names: readonly MetricName[],
  rows: JudgedRows,
  scores: Float32Array,
  measuring: Measuring,
): Measured[] {
  return names
    .map((name) => metricOf(name, measuring))
    .map((metric) => ({ metric, value: metric.value(scores, rows.labels) }))
    .filter(({ value }) => !Number.isNaN(value))
    .map(({ metric, value }) => ({ metric: metric.name, value, ...spreadOf(metric, rows, scores, measuring.seed) }));
}

/** Each metric with its 95 % interval. */
export function estimatesOf(measured: readonly Measured[], rows: JudgedRows): Estimates {
  return byMetric(measured, ({ value, influence, draws }) =>
    influence === null ? drawnInterval(value, draws, rows.hours) : clusterInterval(value, influence, rows.hours),
  );
}

/** Each metric's difference, own minus other, paired by row or by draw, with its 95 % interval. */
export function differencesOf(own: readonly Measured[], others: readonly Measured[], rows: JudgedRows): Estimates {
  return byMetric(own, (one) => {
    const other = others.find(({ metric }) => metric === one.metric);
    return other === undefined ? undefined : differenceOf(one, other, rows);
  });
}

function differenceOf(own: Measured, other: Measured, rows: JudgedRows): Estimate {
  const value = own.value - other.value;
  if (own.influence !== null && other.influence !== null) {
    return pairedInterval(value, own.influence, other.influence, rows.hours);
  }
  const draws = own.draws.map((drawn, place) => drawn - (other.draws[place] ?? Number.NaN));
  return drawnInterval(value, draws, rows.hours);
}

function drawnInterval(value: number, draws: Float64Array, hours: Uint32Array): Estimate {
  return draws.length === 0 ? { value, low: null, high: null } : bootstrapInterval(value, draws, hours);
}

function spreadOf(
  metric: Metric,
  { labels, hours }: JudgedRows,
  scores: Float32Array,
  seed: number | null,
): Pick<Measured, 'influence' | 'draws'> {
  const resampled = seed === null ? undefined : metric.resampled?.(scores, labels);
  return {
    influence: metric.influence?.(scores, labels) ?? null,
    draws: seed === null || resampled === undefined ? new Float64Array() : hourDraws(resampled, hours, seed),
  };
}

function byMetric(measured: readonly Measured[], estimate: (one: Measured) => Estimate | undefined): Estimates {
  const entries = measured.map((one) => [one.metric, estimate(one)] as const);
  return Object.fromEntries(entries.filter(([, made]) => made !== undefined));
}
