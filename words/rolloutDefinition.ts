import { z } from 'zod';
import type { CanaryPlan, RolloutPlan } from '../core/rolloutPlan.ts';
import { type Duration, durationMs } from '../core/time.ts';
import { invalid } from './invalid.ts';
import { analysisOf, analysisShape, type RolloutAnalysis } from './rolloutAnalysis.ts';
import { spanMs } from './spanMs.ts';

/** How a version that passed the gate comes to answer. */
export interface RolloutDefinition {
  /** Golden rows must match in each serving process before a version answers. True when left out. */
  readonly parity?: boolean;
  /** How long the new version scores beside the champion before it answers. `0 minutes` when left out. */
  readonly shadow?: Duration;
  /** The shares of the requests that it then answers, growing, one after the other. None when left out. */
  readonly canary?: readonly (Percent | CanaryStep)[];
  /** How long the version before stays loaded and scores on the side once the new one answers all. Not at all when left out. */
  readonly hold?: Duration;
  /** What it is held to at each step. */
  readonly analysis?: RolloutAnalysis;
}

/** Of the requests: `5 %`. */
export type Percent = `${number} %`;

export interface CanaryStep {
  /** Share of the requests, above 0 and below 1. */
  readonly weight: number;
  /** `5 minutes` when left out. */
  readonly for?: Duration;
}

/** The same, for the check at run time. */
export const rolloutShape = z.strictObject(
  {
    parity: z.boolean('true or false').optional(),
    shadow: z.string("a duration such as '6 hours'").optional(),
    canary: z
      .array(
        z.union(
          [z.string(), z.strictObject({ weight: z.number(), for: z.string().optional() })],
          "a share such as '5 %', or { weight: 0.05, for: '5 minutes' }",
        ),
        "a list such as ['5 %', '25 %']",
      )
      .optional(),
    hold: z.string("a duration such as '10 minutes'").optional(),
    analysis: analysisShape.optional(),
  },
  'an object',
);

/** The rollout's section of the plan. Throws `duration.invalid` and `pipeline.invalid`, naming `place`. */
export function rolloutOf(definition: RolloutDefinition, place: string): RolloutPlan {
  const { parity = true, shadow = '0 minutes', canary, hold, analysis } = definition;
  return {
    parity,
    shadowMs: durationMs(shadow, `${place}.shadow`),
    ...(canary === undefined ? {} : { canary: canaryOf(canary, `${place}.canary`) }),
    ...(hold === undefined ? {} : { holdMs: spanMs(hold, `${place}.hold`) }),
    // Also where it is left out, so that a plan with a canary means the same under a later engine.
    ...((analysis ?? canary ?? hold) === undefined
      ? {}
      : { analysis: analysisOf(analysis ?? {}, `${place}.analysis`) }),
  };
}

function canaryOf(steps: readonly (Percent | CanaryStep)[], place: string): CanaryPlan[] {
  if (steps.length === 0) throw invalid(place, "a step at least, such as ['5 %']", steps);
  const planned = steps.map((step, at) => canaryStepOf(step, `${place}[${at}]`));
  const falling = planned.findIndex(({ weight }, at) => at > 0 && weight <= (planned[at - 1]?.weight ?? 0));
  if (falling === -1) return planned;
  throw invalid(`${place}[${falling}]`, 'a larger share than in the step before', steps[falling]);
}

function canaryStepOf(step: Percent | CanaryStep, place: string): CanaryPlan {
  const { weight, for: time = '5 minutes' } = typeof step === 'string' ? { weight: shareOfText(step) } : step;
  if (!(weight > 0 && weight < 1)) throw invalid(place, "a share above 0 and below 1, such as '5 %' or 0.05", step);
  return { weight, forMs: spanMs(time, `${place}.for`) };
}

/** NaN where it is no share. Rounded, so that `7 %` is the number that a reader of the plan expects. */
function shareOfText(text: string): number {
  const percent = /^(\d+(?:\.\d+)?) ?%$/.exec(text)?.[1];
  return percent === undefined ? Number.NaN : Number((Number(percent) / 100).toPrecision(12));
}
