import type { ExpectedGain, RetrainNumbers, RunTrigger } from './retrainDecision.ts';

/** `asked for by a schedule`, or `drift: …` with what was seen. */
export function triggerText({ kind, why }: RunTrigger): string {
  return why === undefined ? `asked for by a ${kind}` : `${kind}: ${why}`;
}

/** `3 of 24 runs in 24 hours, 12 of 120 minutes`. */
export function budgetText({ runs, mostRuns, minutes, mostMinutes }: Omit<RetrainNumbers, 'until'>): string {
  return `${runs} of ${mostRuns} runs in 24 hours, ${minutesText(minutes)} of ${mostMinutes} minutes`;
}

export function minutesText(minutes: number): string {
  return minutes < 10 && minutes > 0 ? minutes.toFixed(1) : `${Math.round(minutes)}`;
}

/** `0.001 auc over a champion 2 h older`. */
export function gainText({ value, metric, ageHours }: ExpectedGain): string {
  return `${value.toFixed(4).replace(/0$/, '')} ${metric} over a champion ${ageHours} h older`;
}
