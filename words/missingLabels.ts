import type { MissingLabelsMonitor } from '../core/watchPlan.ts';
import { invalid } from './invalid.ts';
import type { Monitor } from './monitor.ts';
import { type MonitorOptions, monitorBase } from './monitorOptions.ts';

/** What `missingLabels` may be told. */
export interface MissingLabelsOptions extends MonitorOptions {
  /** A share of the rows whose labels should have settled, 0 to 1; 0.05 when left out. */
  readonly atMost?: number;
}

/**
 * Whether labels come back: the share of answered rows without one, an hour after all should have settled
 * (`label.settlesWithin`). `missingLabels({ atMost: 0.05 })`; over '1 day' and from 100 such rows on unless it is told
 * otherwise.
 */
export function missingLabels(options: MissingLabelsOptions = {}): Monitor {
  const kind = 'missing labels';
  return {
    kind,
    plan: (place): MissingLabelsMonitor => {
      const { atMost = 0.05, ...others } = options;
      if (!(atMost >= 0 && atMost < 1)) throw invalid(`${place}, atMost`, 'a share from 0 to below 1', atMost);
      const base = monitorBase(others, { id: 'missing-labels', over: '1 day', leastRows: 100 }, place);
      return { kind, ...base, atMost };
    },
  };
}
