import type { BatchRulePlan, DriftPlan, MeasurePlan, NewValuesPlan, VariesPlan } from '../core/batchRulePlan.ts';

/** What a column must be for a rule over it; for the compiler alone. */
export type Needed = 'number' | 'counted' | 'compared' | 'open' | 'any';

/** A rule over one column of the window's rows. */
export interface OverColumn<Name extends string, Needs extends Needed> {
  readonly column: Name;
  /** Nothing is ever there. */
  readonly __needs?: Needs;
}

export type Measured<Name extends string, Needs extends Needed> = MeasurePlan & OverColumn<Name, Needs>;
export type Varies<Name extends string> = VariesPlan & OverColumn<Name, 'any'>;
export type NewValues<Name extends string> = NewValuesPlan & OverColumn<Name, 'counted'>;
export type Drift<Name extends string, Needs extends Needed> = DriftPlan & OverColumn<Name, Needs>;

/** A rule over the rows of a run's window, which names no column or those that a contract has. */
export type AnyBatchRule = BatchRulePlan;
