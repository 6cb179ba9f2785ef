import type { Look, MonitorFinding } from './look.ts';
import { higherIsBetter } from './metricDirection.ts';
import type { Plan } from './plan.ts';
import type { RunTrigger } from './retrainDecision.ts';
import type { DecayTrigger, DriftTrigger, RetrainTrigger } from './retrainPlan.ts';
import type { Estimates } from './scorecard.ts';
import type { MetricName } from './scorecardPlan.ts';

/** What is known when a look has been taken. */
export interface Looked {
  readonly look: Look;
  /** The version that answers now, with its own scorecard's metrics; null while none does. */
  readonly champion: { readonly version: number; readonly metrics: Estimates } | null;
  /** Whole hours of the source that the last run did not see; null: not known. */
  readonly newHours: number | null;
}

/** Which of the plan's triggers asks for a run after a look, the first of them; null where none does. */
export function askedByLook({ retrain, watch }: Plan, looked: Looked): RunTrigger | null {
  const metricOf = new Map(
    watch?.monitors.flatMap((monitor) =>
      monitor.kind === 'performance' ? [[monitor.id, monitor.metric] as const] : [],
    ),
  );
  for (const trigger of retrain) {
    const why = whyAsked(trigger, looked, metricOf);
    if (why !== null && trigger.kind !== 'every' && trigger.kind !== 'after')
      return { kind: trigger.kind, why, look: looked.look.at };
  }
  return null;
}

type MetricOf = ReadonlyMap<string, MetricName>;

function whyAsked(trigger: RetrainTrigger, looked: Looked, metricOf: MetricOf): string | null {
  switch (trigger.kind) {
    case 'every':
    case 'after':
      return null;
    case 'new data':
      return looked.newHours !== null && looked.newHours >= trigger.hours
        ? `${looked.newHours} new hour${looked.newHours === 1 ? '' : 's'} of data`
        : null;
    case 'drift':
      return told(looked.look.findings.filter((finding) => isDrift(finding, trigger)));
    case 'decay':
      return told(looked.look.findings.filter((finding) => isDecay(finding, trigger, looked.champion, metricOf)));
  }
}

const mostTold = 3;

function told(findings: readonly MonitorFinding[]): string | null {
  if (findings.length === 0) return null;
  const texts = findings.slice(0, mostTold).map(({ text }) => text.replace(/\.$/, ''));
  const more = findings.length > mostTold ? `; and ${findings.length - mostTold} more` : '';
  return `${texts.join('; ')}${more}`;
}

function isDrift({ kind, state, about }: MonitorFinding, { of }: DriftTrigger): boolean {
  if (state !== 'off') return false;
  if (of === undefined) return kind === 'input drift' || kind === 'score drift' || kind === 'concept drift';
  return kind === 'input drift' && of.some((name) => isAbout(about, name));
}

/** `origin` of `origin: stability index`, and `hour` of a column that is one of several of its feature. */
function isAbout(about: string, name: string): boolean {
  return about === name || about.startsWith(`${name}:`) || about.startsWith(`${name} `);
}

/** Of the version that is the champion now: others answer little or nothing, and those before it no more. */
function isDecay(
  finding: MonitorFinding,
  { metric: wanted, by }: DecayTrigger,
  champion: Looked['champion'],
  metricOf: MetricOf,
): boolean {
  const { kind, monitor, about, state } = finding;
  const metric = metricOf.get(monitor);
  if (kind !== 'performance' || champion === null || metric === undefined) return false;
  if (wanted !== undefined && wanted !== metric) return false;
  if (!about.startsWith(`${metric} of champion (version ${champion.version})`)) return false;
  if (by === undefined) return state === 'off';
  return !about.includes(',') && state !== 'too little to say' && shownWorse(finding, metric, by, champion.metrics);
}

/** The better end of the interval is still on the wrong side of what the champion's scorecard promised, less `by`. */
function shownWorse({ low, high }: MonitorFinding, metric: MetricName, by: number, metrics: Estimates): boolean {
  const promised = metrics[metric]?.value;
  if (promised === undefined) return false;
  if (higherIsBetter(metric)) return high != null && high < promised - by;
  return low != null && low > promised + by;
}
