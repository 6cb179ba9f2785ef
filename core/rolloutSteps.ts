import { type RolloutPlan, usualAnalysis } from './rolloutPlan.ts';
import type { RolloutVariant } from './rolloutTraffic.ts';
import { durationText } from './time.ts';

/** One routing that a rollout goes through, and how long it is watched. */
export interface RolloutStep {
  readonly kind: 'shadow' | 'canary' | 'hold';
  /** Share of the requests that the newcomer answers. */
  readonly weight: number;
  readonly forMs: number;
  /** Requests of the newcomer below which the step is not passed. */
  readonly requests: number;
}

/** The steps of a rollout that has a champion to compare with; none where the plan says nothing of them. */
export function rolloutSteps({
  shadowMs,
  canary = [],
  holdMs = 0,
  analysis = usualAnalysis,
}: RolloutPlan): RolloutStep[] {
  const { requests, shadowRequests } = analysis;
  const shadow = { kind: 'shadow', weight: 0, forMs: shadowMs, requests: shadowRequests } as const;
  const canaries = canary.map((each) => ({ kind: 'canary', requests, ...each }) as const);
  const hold = { kind: 'hold', weight: 1, forMs: holdMs, requests: 0 } as const;
  return [shadow, ...canaries, hold].filter(({ forMs }) => forMs > 0);
}

/** The newcomer scores beside the champion; in the hold it is the champion, and the one before it scores beside it. */
export function variantOf({ kind, weight }: RolloutStep): {
  readonly name: RolloutVariant;
  readonly weight: number;
  readonly shadow: number;
} {
  if (kind === 'hold') return { name: 'previous', weight: 0, shadow: 1 };
  return { name: 'challenger', weight, shadow: kind === 'shadow' ? 1 : 0 };
}

/** What the newcomer's share of both sides' requests is at least, however the routing draws them. */
export function shareOf({ kind, weight }: RolloutStep): number {
  return kind === 'canary' ? weight : 1 / 2;
}

/** Such as `canary of 5 % for 10 minutes`. */
export function stepText({ kind, weight, forMs }: RolloutStep): string {
  return `${kind}${kind === 'canary' ? ` of ${Number((weight * 100).toPrecision(6))} %` : ''} for ${durationText(forMs)}`;
}
