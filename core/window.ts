import type { Plan } from './plan.ts';
import { type Hour, hourMs, hourOf, hoursBetween } from './time.ts';

/** The hours a run reads, each list in order; all intervals are half-open and end at the cutoff or at `asOf`. */
export interface RunWindow {
  readonly asOf: Hour;
  /** No row at or after it is trained on, validated or tested with: its label may not have settled by `asOf`. */
  readonly cutoff: Hour;
  readonly train: readonly Hour[];
  readonly validate: readonly Hour[];
  readonly test: readonly Hour[];
  /** Everything the snapshot holds: the train window's lookback for tables, the window, and up to `asOf`. */
  readonly all: readonly Hour[];
}

/** The window of a run, counted backwards from its cutoff by event time. */
export function runWindow(plan: Plan, asOfMs: number): RunWindow {
  const cutoff = Math.floor((asOfMs - plan.label.settlesWithinMs) / hourMs) * hourMs;
  const test = cutoff - plan.window.testMs;
  const validate = test - plan.window.validateMs;
  const train = validate - plan.window.trainMs;
  return {
    asOf: hourOf(asOfMs),
    cutoff: hourOf(cutoff),
    train: hoursBetween(train, validate),
    validate: hoursBetween(validate, test),
    test: hoursBetween(test, cutoff),
    all: hoursBetween(train - longestLookbackMs(plan), asOfMs),
  };
}

/** How far before an hour the partitions reach that its tables are made of; whole hours. */
export function longestLookbackMs(plan: Plan): number {
  const overs = plan.features.map((feature) => ('overMs' in feature ? feature.overMs : 0));
  const longest = Math.max(0, ...overs);
  return longest === 0 ? 0 : Math.ceil((longest + plan.label.settlesWithinMs) / hourMs) * hourMs;
}
