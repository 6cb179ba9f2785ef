import { isSame } from './gateNeeds.ts';
import type { RuleSlice } from './gatePlan.ts';
import type { Scorecard } from './scorecard.ts';

/** A scorecard without what only people look at: so much of it stands in a run's history. The slices are the gate's. */
export function briefCard(
  { curves: _curves, importance: _importance, ...card }: Scorecard,
  judged: readonly RuleSlice[] = [],
): Scorecard {
  return { ...card, slices: card.slices.filter((slice) => judged.some((one) => isSame(one, slice))) };
}
