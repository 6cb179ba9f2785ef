import { setImmediate } from 'node:timers/promises';
import { bootstrapInterval, clusterInterval, hourDraws, pairedInterval } from '../core/intervals.ts';
import type { Estimate, Estimates } from '../core/scorecard.ts';
import type { MetricName } from '../core/scorecardPlan.ts';
import type { JudgedRows } from './judgedRows.ts';
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
 * nothing.
 */
export interface Measuring extends Answering {
  readonly seed: number | null;
}

/**
 * Measures scores, one per row. A metric without a value on these rows (auc of one class) is left out; one without
 * influence has no interval, which takes draws.
 */
export function measure(
  names: readonly MetricName[],
  rows: JudgedRows,
  scores: Float32Array,
  answering: Answering,
): Measured[] {
  return names
    .map((name) => metricOf(name, answering))
    .map((metric) => ({ metric, value: metric.value(scores, rows.labels) }))
    .filter(({ value }) => !Number.isNaN(value))
    .map(({ metric, value }) => ({
      metric: metric.name,
      value,
      influence: metric.influence?.(scores, rows.labels) ?? null,
      draws: new Float64Array(),
    }));
}

/** The same with the draws. Others have their turn between two of them: a worker must heartbeat, whatever a metric takes. */
export async function measureWithDraws(
  names: readonly MetricName[],
  rows: JudgedRows,
  scores: Float32Array,
  measuring: Measuring,
): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const one of measure(names, rows, scores, measuring)) {
    const resampled = metricOf(one.metric, measuring).resampled?.(scores, rows.labels);
    const draws = resampled === undefined ? one.draws : await drawnInTurn(resampled, rows.hours, measuring.seed);
    measured.push({ ...one, draws });
  }
  return measured;
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

async function drawnInTurn(
  resampled: (timesPerRow: Uint32Array) => number,
  hours: Uint32Array,
  seed: number | null,
): Promise<Float64Array> {
  const draws: number[] = [];
  if (seed === null) return Float64Array.from(draws);
  for (const drawn of hourDraws(resampled, hours, seed)) {
    draws.push(drawn);
    await setImmediate();
  }
  return Float64Array.from(draws);
}

function byMetric(measured: readonly Measured[], estimate: (one: Measured) => Estimate | undefined): Estimates {
  const entries = measured.map((one) => [one.metric, estimate(one)] as const);
  return Object.fromEntries(entries.filter(([, made]) => made !== undefined));
}
