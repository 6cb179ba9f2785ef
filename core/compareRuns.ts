import { type Difference, differences } from './differences.ts';
import type { Plan } from './plan.ts';
import type { RunRecord } from './run.ts';
import type { MetricName } from './scorecardPlan.ts';

/** A run with the plan that it was pinned to. */
export interface PlannedRun {
  readonly record: RunRecord;
  readonly plan: Plan;
}

/** What differs between two runs, and how they measured. */
export interface RunComparison {
  readonly plan: readonly Difference[];
  /** Inputs of stages by `<stage>.<input>`: snapshot, matrix, backend. */
  readonly inputs: readonly Difference[];
  /** The chosen learner, its parameters and epochs. */
  readonly best: readonly Difference[];
  /** Every metric of either; the difference is b - a. Of two hours it is of other test rows. */
  readonly metrics: readonly MetricPair[];
}

export interface MetricPair {
  readonly metric: string;
  readonly a: number | null;
  readonly b: number | null;
  readonly difference: number | null;
}

export function compareRuns(a: PlannedRun, b: PlannedRun): RunComparison {
  return {
    plan: differences(a.plan, b.plan),
    inputs: differences(inputsOf(a.record), inputsOf(b.record)),
    best: differences(a.record.best, b.record.best),
    metrics: pairs(a.record, b.record),
  };
}

function inputsOf({ stages }: RunRecord): Record<string, Readonly<Record<string, string>>> {
  return Object.fromEntries(stages.map(({ name, inputs }) => [name, inputs]));
}

function pairs(a: RunRecord, b: RunRecord): MetricPair[] {
  const [before = {}, after = {}] = [a.scorecard?.metrics, b.scorecard?.metrics];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])] as MetricName[];
  return names.map((metric) => {
    const [one = null, other = null] = [before[metric]?.value, after[metric]?.value];
    return { metric, a: one, b: other, difference: one === null || other === null ? null : other - one };
  });
}
