import {
  type AlertPlan,
  type AlertSeverity,
  alertSeverities,
  type MonitorKind,
  type MonitorPlan,
} from '../core/watchPlan.ts';
import { checkId } from './checkId.ts';
import { didYouMean } from './didYouMean.ts';
import { invalid } from './invalid.ts';

/** When somebody is told of what monitors find. */
export interface AlertRule {
  readonly kind: 'alert';
  /** Throws `pipeline.invalid`, naming `place`. */
  plan(place: string, monitors: readonly MonitorPlan[]): AlertPlan;
}

export interface AlertOptions {
  /** One monitor or more, by their ids or their kinds. */
  readonly on: MonitorKind | (string & {}) | readonly (MonitorKind | (string & {}))[];
  /** `ticket` when left out: somebody looks into it in working hours; `page`: now; `note`: nobody must. */
  readonly severity?: AlertSeverity;
  /** Looks in a row in which something must be off before it fires; 1 when left out. */
  readonly after?: number;
  /** Looks in a row in which it must be fine again before it is resolved; 2 when left out. */
  readonly until?: number;
}

/**
 * Tells the receivers when a monitor is off: `alert('decay', { on: 'performance', severity: 'page', after: 2 })`. All that
 * a rule finds at once is one alert, with its parts; a look that has too little to say changes nothing.
 */
export function alert(name: string, options: AlertOptions): AlertRule {
  return {
    kind: 'alert',
    plan: (place, monitors) => {
      checkId(name, `${place}, name`);
      const { on, severity = 'ticket', after = 1, until = 2 } = options;
      const named = typeof on === 'string' ? [on] : [...on];
      requireMonitors(named, monitors, `${place}, on`);
      if (!alertSeverities.includes(severity))
        throw invalid(`${place}, severity`, "'page', 'ticket' or 'note'", severity);
      return {
        name,
        on: named,
        severity,
        after: looks(after, `${place}, after`),
        until: looks(until, `${place}, until`),
      };
    },
  };
}

function requireMonitors(on: readonly string[], monitors: readonly MonitorPlan[], place: string): void {
  const names = [...new Set(monitors.flatMap(({ id, kind }) => [id, kind]))];
  if (on.length === 0) throw invalid(place, 'one monitor or more', on);
  const unknown = on.find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const expected = `the id or the kind of a monitor of this pipeline (${names.join(', ')})`;
  throw invalid(place, expected, unknown, didYouMean(unknown, names));
}

function looks(count: number, place: string): number {
  if (Number.isInteger(count) && count >= 1 && count <= 1_000) return count;
  throw invalid(place, 'a number of looks, 1 to 1,000', count);
}
