import type { AlertPlan, AlertSeverity, MonitorKind, MonitorPlan } from '../core/watchPlan.ts';

/**
 * One rule for each kind of monitor that there is. What hurts whoever asks is a page, what may hurt them soon a ticket;
 * what is judged by chance must be off twice in a row, what is read from a clock once.
 */
export function usualAlerts(monitors: readonly MonitorPlan[]): AlertPlan[] {
  const kinds = [...new Set(monitors.map(({ kind }) => kind))];
  return kinds.map((kind) => ({ name: kind.replaceAll(' ', '-'), on: [kind], ...usual[kind], until: 2 }));
}

const usual: Readonly<Record<MonitorKind, { readonly severity: AlertSeverity; readonly after: number }>> = {
  performance: { severity: 'page', after: 2 },
  'input drift': { severity: 'ticket', after: 2 },
  'score drift': { severity: 'ticket', after: 2 },
  'concept drift': { severity: 'ticket', after: 2 },
  anomaly: { severity: 'page', after: 2 },
  'clock skew': { severity: 'ticket', after: 1 },
  staleness: { severity: 'page', after: 1 },
  cadence: { severity: 'ticket', after: 1 },
  'missing labels': { severity: 'ticket', after: 1 },
};
