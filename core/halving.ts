import { higherIsBetter } from './metricDirection.ts';
import type { MetricName } from './scorecardPlan.ts';
import type { StrategyPlan } from './searchPlan.ts';
import type { TrialResult } from './trial.ts';

/** One round of a search: so many candidates, each trained up to so many epochs, counted from its very start. */
export interface Rung {
  readonly epochs: number;
  readonly candidates: number;
}

/**
 * The rounds of a search. Successive halving (Jamieson and Talwalkar 2016): each rung keeps the share `keep` of the one
 * before, rounded up, and gives each survivor 1 / `keep` times the budget, at most `toEpochs`. The last rung is one
 * candidate at the whole budget. An exhaustive or random search is one rung.
 */
export function rungs(strategy: StrategyPlan, candidates: number): Rung[] {
  if (candidates < 1) return [];
  if (strategy.kind !== 'halving') return [{ epochs: strategy.epochs, candidates }];
  const found: Rung[] = [];
  let epochs = Math.min(strategy.fromEpochs, strategy.toEpochs);
  for (let left = candidates; left > 1; left = kept(left, strategy.keep)) {
    found.push({ epochs, candidates: left });
    epochs = Math.min(epochs / strategy.keep, strategy.toEpochs);
  }
  return [...found, { epochs: strategy.toEpochs, candidates: 1 }];
}

/** The best results by a validation metric in its own direction, best first. Diverged ones come last, ties by key. */
export function keepBest(results: readonly TrialResult[], count: number, metric: MetricName): TrialResult[] {
  return results.toSorted((a, b) => rank(b, metric) - rank(a, metric) || byKey(a, b)).slice(0, Math.max(0, count));
}

/** At least one goes on and at least one goes, whatever the share. */
function kept(candidates: number, keep: number): number {
  const roundingError = 1e-9;
  return Math.max(1, Math.min(candidates - 1, Math.ceil(candidates * keep - roundingError)));
}

/** Larger is better. Finite, so that two diverged trials differ by 0 and not by NaN. */
function rank(result: TrialResult, metric: MetricName): number {
  const value = result.validation?.[metric];
  if (value === undefined || !Number.isFinite(value)) return -Number.MAX_VALUE;
  return higherIsBetter(metric) ? value : -value;
}

function byKey(a: TrialResult, b: TrialResult): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
