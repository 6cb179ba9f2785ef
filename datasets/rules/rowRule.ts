import type { Severity } from '../../core/contractPlan.ts';

/** A row rule in SQL. */
export interface CompiledRule extends RuleSql {
  /** Such as `delay.required`, `origin.pattern`, `origin.differsFrom.destination`. */
  readonly id: string;
  readonly severity: Severity;
  /** Its place: bit `bit % 62` of mask `bit / 62`. */
  readonly bit: number;
}

export interface RuleSql {
  /** What must hold, for people. */
  readonly text: string;
  /** True when the row breaks it, else false or null; over the columns of `typedRows`. */
  readonly sql: string;
}
