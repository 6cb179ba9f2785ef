import type { Plan } from './plan.ts';
import { type Hour, hourStart } from './time.ts';

/** How many rows have labels that a run as of `asOf` may learn from and one as of `before` might not; null: no run before. */
export function newLabels(
  { label, window }: Pick<Plan, 'label' | 'window'>,
  hours: readonly { readonly hour: Hour; readonly rows: number }[],
  asOf: Hour,
  before: Hour | null,
): number {
  const toMs = hourStart(asOf) - label.settlesWithinMs;
  const learnedMs = window.trainMs + window.validateMs + window.testMs;
  const fromMs = before === null ? toMs - learnedMs : hourStart(before) - label.settlesWithinMs;
  return hours
    .filter(({ hour }) => hourStart(hour) >= fromMs && hourStart(hour) < toMs)
    .reduce((sum, { rows }) => sum + rows, 0);
}
