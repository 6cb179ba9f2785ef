import type { InputDriftMonitor } from '../core/watchPlan.ts';
import { invalid } from './invalid.ts';
import type { Monitor } from './monitor.ts';
import { type MonitorOptions, monitorBase } from './monitorOptions.ts';

/** What `inputDrift` may be told. */
export interface InputDriftOptions extends MonitorOptions {
  /** Names of the pipeline's features; all but those of the time alone when left out. */
  readonly features?: readonly string[];
}

/**
 * Whether the rows that come are like those that the champion was validated on, feature by feature:
 * `inputDrift({ over: '1 hour' })`. Of numbers the population stability index, the Jensen-Shannon distance and the
 * distance of Kolmogorov and Smirnov, of categories the first two and values never seen; of both missing values. Over
 * '1 hour' and from 200 rows on unless it is told otherwise.
 */
export function inputDrift(options: InputDriftOptions = {}): Monitor {
  const kind = 'input drift';
  return {
    kind,
    plan: (place): InputDriftMonitor => {
      const { features, ...others } = options;
      const base = monitorBase(others, { id: 'input-drift', over: '1 hour', leastRows: 200 }, place);
      if (features === undefined) return { kind, ...base };
      if (features.length === 0) throw invalid(`${place}, features`, 'one feature or more', features);
      return { kind, ...base, features };
    },
  };
}
