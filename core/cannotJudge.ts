import type { Look, MonitorFinding } from './look.ts';
import type { AlertPlan, MonitorPlan, WatchPlan } from './watchPlan.ts';

/** The rule that no plan need name: nobody is told of what a monitor watches that fails in look after look. */
export const cannotJudge: AlertPlan = { name: 'cannot-judge', on: [], severity: 'page', after: 3, until: 1 };

/** The rules of a plan, and where it has any, that its monitors can judge; a rule of its own of that name takes the place. */
export function alertRulesOf({ alerts }: Pick<WatchPlan, 'alerts'>): readonly AlertPlan[] {
  const isNamed = alerts.some(({ name }) => name === cannotJudge.name);
  return alerts.length === 0 || isNamed ? alerts : [...alerts, cannotJudge];
}

/** What a look says of its monitors themselves: off where one failed, fine where it judged or had nothing to judge. */
export function findingsOfMonitors({ at, findings }: Look, monitors: readonly MonitorPlan[]): MonitorFinding[] {
  return monitors.map(({ id, kind }) => {
    const failed = findings.find(({ monitor, failed }) => monitor === id && failed !== undefined);
    if (failed !== undefined) return { ...failed, state: 'off', text: `monitor ${id} cannot judge: ${failed.text}` };
    const nothing = { from: at, to: at, rows: 0, value: null, limit: null };
    return { monitor: id, kind, about: itself, state: 'fine', ...nothing, text: `monitor ${id} can judge` };
  });
}

/** What a finding is about that says that its monitor failed. */
export const itself = 'the monitor itself';
