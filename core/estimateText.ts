import { decimals } from './decimals.ts';
import type { Estimate } from './scorecard.ts';

/** `0.7312 (0.7251 to 0.7373)`, or the value alone with the reason that it has no interval. */
export function estimateText(estimate: Estimate): string {
  const { value, low, high } = estimate;
  if (low === null || high === null) return `${decimals(value)} (no interval: too few hours)`;
  return `${decimals(value)} (${decimals(low)} to ${decimals(high)})`;
}
