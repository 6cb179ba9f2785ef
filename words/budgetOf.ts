import type { SearchBudget } from '../core/searchPlan.ts';
import type { Duration } from '../core/time.ts';
import { spanMs } from './spanMs.ts';
import { trialsOf } from './trialsOf.ts';

export interface BudgetDefinition {
  /** Trials of all rungs and repeats together; fewer candidates are drawn so that they suffice. */
  readonly trials?: number;
  /**
   * What has not ended by then is given up. How far a search gets depends on the machine: with a budget of time the same
   * input may give another model.
   */
  readonly time?: Duration;
}

/** What a search may spend. Throws `pipeline.invalid` and `duration.invalid`, naming `place`. */
export function budgetOf({ trials, time }: BudgetDefinition, place: string): SearchBudget {
  return {
    ...(trials === undefined ? {} : { trials: trialsOf(trials, `${place}.trials`) }),
    ...(time === undefined ? {} : { timeMs: spanMs(time, `${place}.time`) }),
  };
}
