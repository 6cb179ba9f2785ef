import { type JudgedFinding, judgedFindings } from '../core/judgedFinding.ts';
import type { MonitorFinding } from '../core/look.ts';
import type { MonitorKind, MonitorPlan, WatchPlan } from '../core/watchPlan.ts';
import { anomaly } from './anomaly.ts';
import { cadence } from './cadence.ts';
import { clockSkew } from './clockSkew.ts';
import { conceptDrift } from './conceptDrift.ts';
import { inputDrift } from './inputDrift.ts';
import type { LookContext } from './lookContext.ts';
import { missingLabels } from './missingLabels.ts';
import { performance } from './performance.ts';
import { scoreDrift } from './scoreDrift.ts';
import { staleness } from './staleness.ts';
import { unjudged } from './unjudged.ts';

type MonitorOf<K extends MonitorKind> = Extract<MonitorPlan, { readonly kind: K }>;

/** What a monitor finds; no finding at all where it has nothing to look at. */
export type Judge<K extends MonitorKind> = (context: LookContext, monitor: MonitorOf<K>) => Promise<JudgedFinding[]>;

const judges: { readonly [K in MonitorKind]: Judge<K> } = {
  'input drift': inputDrift,
  'score drift': scoreDrift,
  'concept drift': conceptDrift,
  performance,
  anomaly,
  'clock skew': clockSkew,
  staleness,
  cadence,
  'missing labels': missingLabels,
};

/** What the monitors of a plan find, in their order, their tests held to the plan's false alarms together. Throws as `unjudged`. */
export async function lookAt(context: LookContext, watch: WatchPlan, mayPass = true): Promise<MonitorFinding[]> {
  const findings: JudgedFinding[] = [];
  for (const monitor of watch.monitors) {
    const judge = judges[monitor.kind] as Judge<MonitorKind>;
    findings.push(
      ...(await judge(context, monitor).catch((error) => [unjudged(monitor, context.atMs, error, mayPass)])),
    );
  }
  return judgedFindings(findings, watch.falseAlarms);
}
