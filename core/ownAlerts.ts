import type { Look, MonitorFinding } from './look.ts';
import type { AlertPlan, MonitorPlan, WatchPlan } from './watchPlan.ts';

/** Nobody is told of what a monitor watches that fails in look after look. */
const cannotJudge: AlertPlan = { name: 'cannot-judge', on: [], severity: 'page', after: 3, until: 1 };

/** A run that hangs holds back all others of its pipeline, and ends at no time by itself. */
export const runTooLong: AlertPlan = { name: 'run-too-long', on: [], severity: 'page', after: 1, until: 1 };

/** The rules of a plan, and where it has any, those that it need not name: one of its own of such a name takes the place. */
export function alertRulesOf({ alerts }: Pick<WatchPlan, 'alerts'>): readonly AlertPlan[] {
  if (alerts.length === 0) return alerts;
  return [...alerts, ...[cannotJudge, runTooLong].filter((own) => alerts.every(({ name }) => name !== own.name))];
}

/** What a look says by a rule that no plan need name; null for all other rules. */
export function ownFindings(
  rule: AlertPlan,
  look: Look,
  monitors: readonly MonitorPlan[],
): readonly MonitorFinding[] | null {
  if (rule === cannotJudge) return findingsOfMonitors(look, monitors);
  return rule === runTooLong ? look.findings.filter(({ kind }) => kind === 'retraining') : null;
}

/** Of the monitors themselves: off where one failed, fine where it judged or had nothing to judge. */
function findingsOfMonitors({ at, findings }: Look, monitors: readonly MonitorPlan[]): MonitorFinding[] {
  return monitors.map(({ id, kind }) => {
    const failed = findings.find(({ monitor, failed }) => monitor === id && failed !== undefined);
    if (failed !== undefined) return { ...failed, state: 'off', text: `monitor ${id} cannot judge: ${failed.text}` };
    const nothing = { from: at, to: at, rows: 0, value: null, limit: null };
    return { monitor: id, kind, about: itself, state: 'fine', ...nothing, text: `monitor ${id} can judge` };
  });
}

/** What a finding is about that says that its monitor failed. */
export const itself = 'the monitor itself';
