import type { ScoreDriftMonitor } from '../core/watchPlan.ts';
import type { Monitor } from './monitor.ts';
import { type MonitorOptions, monitorBase } from './monitorOptions.ts';

/**
 * Whether scores are spread as on the rows that the champion was validated on, and, where the reference scores the same
 * rows, whether its scores moved as well: then the input did, else the model. `scoreDrift({ over: '1 hour' })`; over
 * '1 hour' and from 200 rows on unless it is told otherwise.
 */
export function scoreDrift(options: MonitorOptions = {}): Monitor {
  const kind = 'score drift';
  return {
    kind,
    plan: (place): ScoreDriftMonitor => ({
      kind,
      ...monitorBase(options, { id: 'score-drift', over: '1 hour', leastRows: 200 }, place),
    }),
  };
}
