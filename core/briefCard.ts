import type { Scorecard } from './scorecard.ts';

/** A scorecard without what only people look at: so much of it stands in a run's history. */
export function briefCard({ curves: _curves, importance: _importance, ...card }: Scorecard): Scorecard {
  return { ...card, slices: [] };
}
