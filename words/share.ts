import type { SharePlan } from '../core/batchRulePlan.ts';
import { type Bounded, bounded, shareOfAll } from './bounded.ts';
import type { AnyCompared } from './column.ts';
import { invalid } from './invalid.ts';

/** The share of rows of which a comparison holds. */
export type Share<C extends AnyCompared> = SharePlan & { readonly __compared?: C };

/**
 * The share of a window's good rows of which a comparison with a value holds: `share(column('delay').above(15))`. It does
 * not hold of null. Throws `pipeline.invalid`.
 */
export function share<const C extends AnyCompared>(compared: C): Bounded<Share<C>> {
  const { column, is, to } = compared;
  if (typeof to === 'string') {
    throw invalid('share(…)', 'a value to compare with', to, `A bare text names a column: write text('${to}').`);
  }
  const value = typeof to === 'object' ? to.value : to;
  return bounded('share(…)', shareOfAll, (bounds) => ({ kind: 'share', column, is, to: value, ...bounds }));
}
