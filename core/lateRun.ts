import type { MonitorFinding } from './look.ts';
import { type RetrainingPlan, usualRetraining } from './retrainPlan.ts';
import type { UnderwayRun } from './retrainStanding.ts';
import { durationText } from './time.ts';

/** What there is to say at `atMs` of a run that has taken all minutes of a day's budget or more; null while it has not. */
export function lateRun(
  { asOf, startedMs, workflowId }: UnderwayRun,
  atMs: number,
  { budget }: RetrainingPlan = usualRetraining,
): MonitorFinding | null {
  const minutes = (atMs - startedMs) / minuteMs;
  if (minutes < budget.minutes) return null;
  const [from, to] = [new Date(startedMs).toISOString(), new Date(atMs).toISOString()];
  const lengths = [Math.floor(minutes), budget.minutes].map((one) => durationText(one * minuteMs));
  return {
    ...{ monitor: 'retraining', kind: 'retraining', about: `the run as of ${asOf}`, state: 'off', from, to, rows: 0 },
    ...{ value: minutes, limit: budget.minutes },
    text: `the run as of ${asOf} has gone on for ${lengths[0]}, and a day's may take ${lengths[1]}; none other goes before workflow ${workflowId} ends`,
  };
}

const minuteMs = 60_000;
