import { z } from 'zod';
import type { MetricName } from '../core/scorecardPlan.ts';
import type { Duration } from '../core/time.ts';
import type { MonitorPlan, WatchPlan } from '../core/watchPlan.ts';
import type { AlertRule } from './alert.ts';
import { invalid } from './invalid.ts';
import { made } from './made.ts';
import type { Monitor } from './monitor.ts';
import { spanMs } from './spanMs.ts';
import { usualAlerts } from './usualAlerts.ts';
import { usualMonitors } from './usualMonitors.ts';
import type { Receiver } from './webhook.ts';

/** What is looked at once a model answers. */
export interface WatchDefinition {
  /** From one look to the next; `5 minutes` when left out. */
  readonly every?: Duration;
  /** Those of `usualMonitors` when left out: `watch: {}` is a watch. */
  readonly monitors?: readonly Monitor[];
  /** Of the looks at a pipeline in which nothing changes, the share in which a test says so wrongly; 0.01 when left out. */
  readonly falseAlarms?: number;
  /** `source`: the contract's source tells the labels of the rows that were answered. Left out: they come as feedback alone. */
  readonly labels?: 'source';
  /** When somebody is told; one rule for each kind of monitor when left out, none: `[]`. */
  readonly alerts?: readonly AlertRule[];
  /** Who is told besides the console and the log of alerts. */
  readonly tell?: readonly Receiver[];
}

/** The same, for the check at run time. */
export const watchShape = z.strictObject(
  {
    every: z.string("a duration such as '5 minutes'").optional(),
    monitors: z.array(made('a monitor, such as inputDrift()', ['kind', 'plan']), 'a list of monitors').optional(),
    falseAlarms: z.number('a share such as 0.01').optional(),
    alerts: z.array(made("an alert, such as alert('decay', …)", ['kind', 'plan']), 'a list of alerts').optional(),
    tell: z.array(made('a receiver, such as webhook({ … })', ['kind', 'plan']), 'a list of receivers').optional(),
    labels: z.literal('source', "'source', or no labels at all").optional(),
  },
  'an object',
);

/**
 * The watch's section of the plan, of a pipeline whose search maximizes that metric. Throws `pipeline.invalid` and
 * `duration.invalid`, naming `place`.
 */
export function watchOf(definition: WatchDefinition, maximize: MetricName, place: string): WatchPlan {
  const { every = '5 minutes', monitors = usualMonitors(maximize), falseAlarms = 0.01, labels } = definition;
  if (!(falseAlarms > 0 && falseAlarms < 1)) {
    throw invalid(`${place}.falseAlarms`, 'a share above 0 and below 1', falseAlarms);
  }
  const planned = monitors.map((monitor, at) => monitor.plan(`${place}.monitors[${at}]`));
  const ids = planned.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) < at);
  if (twice !== undefined) throw invalid(`${place}.monitors`, 'each monitor once, or an id for each', twice);
  const told = labels === undefined ? {} : { labels };
  return {
    everyMs: spanMs(every, `${place}.every`),
    falseAlarms,
    ...told,
    monitors: planned,
    ...alertsOf(definition, planned, place),
  };
}

function alertsOf(
  { alerts, tell = [] }: WatchDefinition,
  monitors: readonly MonitorPlan[],
  place: string,
): Pick<WatchPlan, 'alerts' | 'receivers'> {
  const planned = alerts?.map((rule, at) => rule.plan(`${place}.alerts[${at}]`, monitors)) ?? usualAlerts(monitors);
  const receivers = tell.map((receiver, at) => receiver.plan(`${place}.tell[${at}]`));
  requireOnce(planned, `${place}.alerts`, 'each name once');
  requireOnce(receivers, `${place}.tell`, 'a name for each receiver');
  return { alerts: planned, receivers };
}

function requireOnce(named: readonly { readonly name: string }[], place: string, expected: string): void {
  const names = named.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice !== undefined) throw invalid(place, expected, twice);
}
