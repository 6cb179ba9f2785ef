import type { ConceptDriftMonitor } from '../core/watchPlan.ts';
import type { Monitor } from './monitor.ts';
import { type MonitorOptions, monitorBase } from './monitorOptions.ts';

/**
 * Whether a score means what it meant, by the labels that came back: are scores still shares, is a high one still as
 * telling. `conceptDrift({ over: '1 day' })`; over '1 day' and from 500 labels on unless it is told otherwise, for
 * labels come late.
 */
export function conceptDrift(options: MonitorOptions = {}): Monitor {
  const kind = 'concept drift';
  return {
    kind,
    plan: (place): ConceptDriftMonitor => ({
      kind,
      ...monitorBase(options, { id: 'concept-drift', over: '1 day', leastRows: 500 }, place),
    }),
  };
}
