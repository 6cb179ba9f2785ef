import { type PromotionOptions, promotionOf } from './promotionOf.ts';
import type { Strategy } from './strategy.ts';

/**
 * Successive halving (Jamieson and Talwalkar 2016): all trials for a little, the better ones for longer. The share that
 * goes on is rounded up.
 */
export function halving(options: PromotionOptions): Strategy {
  return { kind: 'halving', plan: (place) => ({ kind: 'halving', ...promotionOf(options, place) }) };
}
