/** How a version comes to answer, as the pipeline file says it. */
export interface RolloutPlan {
  /** Golden rows must match in each serving process before a version answers. */
  readonly parity: boolean;
  readonly shadowMs: number;
  /** In the order in which they are taken; left out where the version goes from the shadow to all requests. */
  readonly canary?: readonly CanaryPlan[];
  /** How long the version before is kept loaded, and scores on the side, once the new one answers. */
  readonly holdMs?: number;
  /** `usualAnalysis` when left out. */
  readonly analysis?: AnalysisPlan;
}

export interface CanaryPlan {
  /** Share of the requests, above 0 and below 1. */
  readonly weight: number;
  readonly forMs: number;
}

/** What a version is held to while it is rolled out, beside the champion and on the same requests or on like ones. */
export interface AnalysisPlan {
  /** Requests that the version must have answered in a canary's step before it is passed. */
  readonly requests: number;
  /** The same of a shadow, which harms nobody and may end by its time. */
  readonly shadowRequests: number;
  /** How long a step waits for them beyond its own time, before the rollout ends undecided. */
  readonly waitMs: number;
  /** Share of the rollouts of healthy versions that may be rolled back by chance, over all steps, looks and measures. */
  readonly falseAlarms: number;
  /** Share of requests that may fail or be late, even where the champion's never do. */
  readonly errors: number;
  readonly latency: LatencyPlan;
  readonly scores: ScoresPlan;
  /** How much worse the log loss may be on rows whose labels are back. */
  readonly logLoss: number;
}

/** The time that 99 % of the requests take may be `times` the champion's, and anything up to `aboveMs`. */
export interface LatencyPlan {
  readonly times: number;
  readonly aboveMs: number;
}

export interface ScoresPlan {
  /** Largest distance of the cumulative shares of scores, 0 to 1 (Kolmogorov and Smirnov). */
  readonly distance: number;
  /** Largest mean difference of the scores of the same rows. */
  readonly mean: number;
  /** Largest share of the same rows that are decided otherwise. */
  readonly decisions: number;
}

export const usualAnalysis: AnalysisPlan = {
  // 3 % of errors are found within as many in nine of ten rollouts (test/core/rolloutAnalysis.test.ts).
  requests: 1_000,
  shadowRequests: 0,
  waitMs: 3_600_000,
  falseAlarms: 0.01,
  errors: 0.005,
  // On a machine with too much to do, the thread of a variant waits tens of milliseconds for a processor.
  latency: { times: 3, aboveMs: 100 },
  // A shift of 0.64 standard deviations, where the population stability index is 0.4.
  scores: { distance: 0.25, mean: 0.1, decisions: 0.25 },
  logLoss: 0.02,
};
