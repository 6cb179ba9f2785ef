import type { Traffic } from './routing.ts';

/** How requests are shared wherever the traffic does not say otherwise, as the pipeline file says it. */
export interface ServingPlan {
  /** From a request's arrival to its answer. */
  readonly deadlineMs: number;
  /** Name of the metadata by whose value a caller stays with one variant. */
  readonly stickyBy?: string;
  /** Who answers in place of one that is late, in this order, as far as the traffic has them; then the champion. */
  readonly fallback?: readonly string[];
}

/** Where no pipeline file says otherwise. */
export const usualServing: ServingPlan = { deadlineMs: 1_000 };

/** What a person or a rollout says of a traffic; the pipeline's own section fills in what is left out. */
export type TrafficWish<V> = Pick<Traffic<V>, 'variants'> & Partial<Traffic<V>>;

/** A traffic with nothing left out. */
export function plannedTraffic<V>(
  { variants, rules = [], stickyBy, fallback, deadlineMs }: TrafficWish<V>,
  serving: ServingPlan = usualServing,
): Traffic<V> {
  const sticky = stickyBy ?? serving.stickyBy;
  return {
    variants,
    rules,
    ...(sticky === undefined ? {} : { stickyBy: sticky }),
    fallback: fallback ?? serving.fallback?.filter((name) => name === 'champion' || name in variants) ?? [],
    deadlineMs: deadlineMs ?? serving.deadlineMs,
  };
}
