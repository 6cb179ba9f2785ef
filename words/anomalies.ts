import type { AnomalyMonitor } from '../core/watchPlan.ts';
import { invalid } from './invalid.ts';
import type { Monitor } from './monitor.ts';
import { type MonitorOptions, monitorBase } from './monitorOptions.ts';

/** What `anomalies` may be told. */
export interface AnomalyOptions extends MonitorOptions {
  /**
   * How far from the earlier windows it must be besides, however little these vary: a share of their median for `rate` and
   * `latency` (0.5), a difference of shares for `errors` (0.01), of means for `scores` (0.05).
   */
  readonly by?: number;
}

/**
 * Spikes and dips against the same time of earlier days of the same type (Monday to Friday, or the weekend):
 * `anomalies('rate')` of answered rows, `anomalies('latency')` of the median and the 99th percentile, `anomalies('errors')`
 * of the share of requests that failed or were turned away (there a dip is none), `anomalies('scores')` of their mean. Over
 * '15 minutes' and, but for the rate, from 100 rows or requests on unless it is told otherwise.
 */
export function anomalies(of: AnomalyMonitor['of'], options: AnomalyOptions = {}): Monitor {
  const kind = 'anomaly';
  return {
    kind,
    plan: (place): AnomalyMonitor => {
      const { by = usualDistance[of], ...others } = options;
      if (by === undefined) throw invalid(place, `one of ${Object.keys(usualDistance).join(', ')}`, of);
      if (!(by > 0)) throw invalid(`${place}, by`, 'a number above 0, such as 0.5', by);
      const base = monitorBase(others, { id: `anomalies-${of}`, over: '15 minutes', leastRows: 100 }, place);
      return { kind, ...base, of, by };
    },
  };
}

const usualDistance: Readonly<Record<AnomalyMonitor['of'], number>> = {
  rate: 0.5,
  latency: 0.5,
  errors: 0.01,
  scores: 0.05,
};
