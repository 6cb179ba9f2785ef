import { higherIsBetter } from '../core/metricDirection.ts';
import type { MetricName } from '../core/scorecardPlan.ts';
import type { PerformanceMonitor } from '../core/watchPlan.ts';
import { invalid } from './invalid.ts';
import type { Monitor } from './monitor.ts';
import { type MonitorOptions, monitorBase } from './monitorOptions.ts';

/** What `performance` may be told. */
export interface PerformanceOptions extends MonitorOptions {
  /** Off where the whole 95 % interval is below it; for metrics of which a larger value is better. */
  readonly atLeast?: number;
  /** Off where the whole 95 % interval is above it; for metrics of which a smaller value is better. */
  readonly atMost?: number;
  /** Off where it is shown to be worse than on the version's own scorecard by more than this. 0.02 where no limit is told. */
  readonly worseBy?: number;
  /** Whether each slice of the scorecard, and each of its bins, is judged as well. No when left out. */
  readonly slices?: boolean;
}

/**
 * A metric of the scorecard on the answers whose labels are back: `performance(auc, { atLeast: 0.6, worseBy: 0.03 })`. Of
 * the version that answers now; each other version and variant is told of and alerts nobody. Over '1 day' and from 500 labels
 * on unless it is told otherwise. The day ends where labels are still to come.
 */
export function performance(metric: { readonly name: MetricName }, options: PerformanceOptions = {}): Monitor {
  const kind = 'performance';
  const { name } = metric;
  return {
    kind,
    plan: (place): PerformanceMonitor => {
      const { slices = false, atLeast, atMost, worseBy, ...others } = options;
      const usual = {
        id: `performance-${name.replaceAll(/[^a-z0-9]+/g, '-')}`,
        over: '1 day',
        leastRows: 500,
      } as const;
      const limits = limitsOf(name, { atLeast, atMost, worseBy }, place);
      return { kind, ...monitorBase(others, usual, place), metric: name, ...limits, slices };
    },
  };
}

type Limits = { readonly [K in 'atLeast' | 'atMost' | 'worseBy']: number | undefined };

function limitsOf(name: MetricName, told: Limits, place: string): Pick<PerformanceMonitor, 'limit' | 'worseBy'> {
  const [fitting, other] = higherIsBetter(name) ? (['atLeast', 'atMost'] as const) : (['atMost', 'atLeast'] as const);
  if (told[other] !== undefined)
    throw invalid(`${place}, ${other}`, `${fitting}, for this is a metric of that kind`, name);
  const limit = told[fitting];
  if (limit !== undefined && !Number.isFinite(limit)) throw invalid(`${place}, ${fitting}`, 'a number', limit);
  const worseBy = told.worseBy ?? (limit === undefined ? usualWorse : undefined);
  if (worseBy !== undefined && !(worseBy > 0)) throw invalid(`${place}, worseBy`, 'a number above 0', worseBy);
  return { ...(limit === undefined ? {} : { limit }), ...(worseBy === undefined ? {} : { worseBy }) };
}

const usualWorse = 0.02;
