import { type PromotionOptions, promotionOf } from './promotionOf.ts';
import type { Strategy } from './strategy.ts';

/**
 * Asynchronous successive halving (Li et al. 2020): no trial waits for the rest of its rung, so that many trainers are
 * kept busy. The same plan gives the same trials, however fast any of them ends.
 */
export function asha(options: PromotionOptions): Strategy {
  return { kind: 'asha', plan: (place) => ({ kind: 'asha', ...promotionOf(options, place) }) };
}
