import type { Traffic, TrafficVariant } from './routing.ts';

/** The variants that a rollout makes and takes away again: the newcomer before it is champion, the one before it after. */
export type RolloutVariant = 'challenger' | 'previous';

const ofRollouts: readonly string[] = ['challenger', 'previous'] satisfies RolloutVariant[];

/** As long as other traffic says nothing else. A variant that scores on the side is never awaited longer. */
const usualDeadlineMs = 1_000;

/**
 * The traffic that a person set (undefined: none), with one variant of a rollout beside it. The version before answers where
 * the new one cannot.
 */
export function withVariant<V>(
  settled: Traffic<V> | undefined,
  name: RolloutVariant,
  variant: TrafficVariant<V>,
): Traffic<V> {
  const before = settled ?? { variants: {}, rules: [], fallback: [], deadlineMs: usualDeadlineMs };
  const fallback = name === 'previous' ? [name, ...before.fallback] : before.fallback;
  return { ...before, variants: { ...before.variants, [name]: variant }, fallback };
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

function isBare({ variants, rules, stickyBy, deadlineMs }: Traffic<unknown>): boolean {
  const names = Object.keys(variants).length;
  return names === 0 && rules.length === 0 && stickyBy === undefined && deadlineMs === usualDeadlineMs;
}
