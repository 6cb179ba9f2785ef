import type { StrategyPlan } from '../core/searchPlan.ts';

/** How the search spends epochs on the grid. */
export interface Strategy {
  readonly kind: StrategyPlan['kind'];
  plan(place: string): StrategyPlan;
}
