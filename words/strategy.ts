import type { StrategyPlan } from '../core/plan.ts';

/** How the search spends epochs on the grid. */
export interface Strategy {
  readonly kind: StrategyPlan['kind'];
  plan(place: string): StrategyPlan;
}
