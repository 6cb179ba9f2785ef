import type { Duration } from '../core/time.ts';
import type { ClockSkewMonitor } from '../core/watchPlan.ts';
import type { Monitor } from './monitor.ts';
import { type MonitorOptions, monitorBase } from './monitorOptions.ts';
import { spanMs } from './spanMs.ts';

/** What `clockSkew` may be told. */
export interface ClockSkewOptions extends MonitorOptions {
  /** '2 minutes' when left out. */
  readonly atMost?: Duration;
}

/**
 * Whether the clock of whoever sends rows is right: the rows' own event time against when they came, by producer (the
 * header `x-whet-producer`, or the name of the API key), each against the others and against the serving machine's clock;
 * and the clocks of the serving machines against each other. `clockSkew({ atMost: '2 minutes' })`; over '15 minutes' and
 * from 30 rows of a producer on unless it is told otherwise.
 */
export function clockSkew(options: ClockSkewOptions = {}): Monitor {
  const kind = 'clock skew';
  return {
    kind,
    plan: (place): ClockSkewMonitor => {
      const { atMost = '2 minutes', ...others } = options;
      const base = monitorBase(others, { id: 'clock-skew', over: '15 minutes', leastRows: 30 }, place);
      return { kind, ...base, atMostMs: spanMs(atMost, `${place}, atMost`) };
    },
  };
}
