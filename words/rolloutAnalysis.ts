import { z } from 'zod';
import { type AnalysisPlan, usualAnalysis } from '../core/rolloutPlan.ts';
import { type Duration, durationMs } from '../core/time.ts';
import { invalid } from './invalid.ts';

/** What a version is held to while it is rolled out; each has a usual value when left out. Shares are 0 to 1. */
export interface RolloutAnalysis {
  /** Requests that it must have answered in a canary's step before the step is passed: 1,000. */
  readonly requests?: number;
  /** The same of a shadow: 0, a shadow ends by its time. */
  readonly shadowRequests?: number;
  /** How long a step waits for them beyond its own time, before the rollout ends undecided: `1 hour`. */
  readonly wait?: Duration;
  /** Share of the rollouts of healthy versions that may be rolled back by chance: 0.01. */
  readonly falseAlarms?: number;
  /** Share of requests that may fail or be late, even where the champion's never do: 0.005. */
  readonly errors?: number;
  /** The time of 99 % of its requests may be so many times the champion's, and anything up to a time: 3, `100 milliseconds`. */
  readonly latency?: { readonly times?: number; readonly above?: Duration | `${number} milliseconds` };
  /** How far its scores may be from the champion's; see `ScoresPlan`: 0.25, 0.1 and 0.25. */
  readonly scores?: { readonly distance?: number; readonly mean?: number; readonly decisions?: number };
  /** How much worse its log loss may be on rows whose labels are back: 0.02. */
  readonly logLoss?: number;
}

const share = z.number('a share, 0 to 1').optional();

/** The same, for the check at run time. */
export const analysisShape = z.strictObject(
  {
    requests: z.number('a whole number, 0 or more').optional(),
    shadowRequests: z.number('a whole number, 0 or more').optional(),
    wait: z.string("a duration such as '1 hour'").optional(),
    falseAlarms: share,
    errors: share,
    latency: z
      .strictObject(
        {
          times: z.number('a number from 1').optional(),
          above: z.string("a time such as '100 milliseconds'").optional(),
        },
        'an object with times and above',
      )
      .optional(),
    scores: z
      .strictObject({ distance: share, mean: share, decisions: share }, 'an object with distance, mean and decisions')
      .optional(),
    logLoss: z.number('a number, 0 or more').optional(),
  },
  'an object',
);

/** The analysis of the rollout's section, whole. Throws `duration.invalid` and `pipeline.invalid`, naming `place`. */
export function analysisOf(given: RolloutAnalysis, place: string): AnalysisPlan {
  const { wait, latency = {}, scores = {}, ...numbers } = given;
  const plan: AnalysisPlan = {
    ...usualAnalysis,
    ...numbers,
    ...(wait === undefined ? {} : { waitMs: durationMs(wait, `${place}.wait`) }),
    latency: {
      times: latency.times ?? usualAnalysis.latency.times,
      aboveMs:
        latency.above === undefined
          ? usualAnalysis.latency.aboveMs
          : durationMs(latency.above, `${place}.latency.above`),
    },
    scores: { ...usualAnalysis.scores, ...scores },
  };
  for (const [name, value, is, expected] of limitsOf(plan))
    if (!is(value)) throw invalid(`${place}.${name}`, expected, value);
  return plan;
}

type Limit = readonly [name: string, value: number, is: (value: number) => boolean, expected: string];

function limitsOf({ requests, shadowRequests, falseAlarms, errors, latency, scores, logLoss }: AnalysisPlan): Limit[] {
  const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
  const isWithin = (value: number): boolean => value > 0 && value < 1;
  const shares = { falseAlarms, errors, ...prefixed('scores', scores) };
  return [
    ['requests', requests, isCount, 'a whole number, 0 or more'],
    ['shadowRequests', shadowRequests, isCount, 'a whole number, 0 or more'],
    ...Object.entries(shares).map(([name, value]) => [name, value, isWithin, 'a share above 0 and below 1'] as const),
    ['latency.times', latency.times, (value) => value >= 1 && Number.isFinite(value), 'a number from 1'],
    ['latency.above', latency.aboveMs, (value) => value <= 1_000, "at most '1 second'"],
    ['logLoss', logLoss, (value) => value >= 0 && Number.isFinite(value), 'a number, 0 or more'],
  ];
}

function prefixed(prefix: string, values: object): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]));
}
