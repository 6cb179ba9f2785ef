/** A rule over all rows of a run's window. A broken one ends the run, unless its severity is `warn`. */
export type BatchRulePlan = RowsPerDayPlan;

export interface RowsPerDayPlan {
  readonly kind: 'rowsPerDay';
  readonly atLeast?: number;
  readonly atMost?: number;
}
