import type { StrategyPlan } from './searchPlan.ts';

/** One round of a search: so many candidates, each trained up to so many epochs, counted from its very start. */
export interface Rung {
  readonly epochs: number;
  readonly candidates: number;
}

/** A strategy whose rungs are done one after the other. */
export type RungStrategy = Exclude<StrategyPlan, { kind: 'asha' }>;

/**
 * The rounds of a search. Successive halving (Jamieson and Talwalkar 2016): each rung keeps the share `keep` of the one
 * before, rounded up, and gives each survivor 1 / `keep` times the budget. The last rung has the whole budget: for those who
 * got that far, or for the one that is left. An exhaustive or random search is one rung.
 */
export function rungs(strategy: RungStrategy, candidates: number): Rung[] {
  if (candidates < 1) return [];
  if (strategy.kind !== 'halving') return [{ epochs: strategy.epochs, candidates }];
  const found: Rung[] = [];
  let epochs = Math.min(strategy.fromEpochs, strategy.toEpochs);
  let left = candidates;
  for (; left > 1 && epochs < strategy.toEpochs; left = kept(left, strategy.keep)) {
    found.push({ epochs, candidates: left });
    epochs = Math.min(epochs / strategy.keep, strategy.toEpochs);
  }
  return [...found, { epochs: strategy.toEpochs, candidates: left }];
}

/** At least one goes on and at least one goes, whatever the share. */
function kept(candidates: number, keep: number): number {
  const roundingError = 1e-9;
  return Math.max(1, Math.min(candidates - 1, Math.ceil(candidates * keep - roundingError)));
}
