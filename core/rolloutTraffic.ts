import type { Traffic, TrafficVariant } from './routing.ts';
import { plannedTraffic, type ServingPlan } from './servingPlan.ts';

/** The variants that a rollout makes and takes away again: the newcomer before it is champion, the one before it after. */
export type RolloutVariant = 'challenger' | 'previous';

const ofRollouts: readonly string[] = ['challenger', 'previous'] satisfies RolloutVariant[];

/**
 * The traffic that a person set (undefined: none, and it is as the pipeline's file says), with one variant of a rollout
 * beside it. The version before answers where the new one cannot.
 */
export function withVariant<V>(
  settled: Traffic<V> | undefined,
  name: RolloutVariant,
  variant: TrafficVariant<V>,
  serving?: ServingPlan,
): Traffic<V> {
  const before = settled ?? plannedTraffic<V>({ variants: {} }, serving);
  const fallback = name === 'previous' ? [name, ...before.fallback] : before.fallback;
  return { ...before, variants: { ...before.variants, [name]: variant }, fallback };
}

/** What a person sets, with the variants of the rollout under way where the person has none of that name. */
export function besideRollout<V>(before: Traffic<V> | undefined, set: Traffic<V> | undefined): Traffic<V> | undefined {
  const kept = Object.entries(before?.variants ?? {}).filter(
    ([name]) => ofRollouts.includes(name) && set?.variants[name] === undefined,
  );
  return kept.reduce((all, [name, variant]) => withVariant(all, name as RolloutVariant, variant), set);
}

/** The traffic without the variants of a rollout: the same where it has none, undefined where nothing else is in it. */
export function withoutVariants<V>(traffic: Traffic<V> | undefined): Traffic<V> | undefined {
  if (traffic === undefined || !ofRollouts.some((name) => name in traffic.variants)) return traffic;
  const variants = Object.fromEntries(Object.entries(traffic.variants).filter(([name]) => !ofRollouts.includes(name)));
  const rules = traffic.rules.filter(({ variant }) => !ofRollouts.includes(variant));
  const fallback = traffic.fallback.filter((name) => !ofRollouts.includes(name));
  const left = { ...traffic, variants, rules, fallback };
  return isBare(left) ? undefined : left;
}

/** Nobody to share with: what else it says the next one is given by the pipeline's file. */
function isBare({ variants }: Traffic<unknown>): boolean {
  return Object.keys(variants).length === 0;
}
