import { heartbeat, sleep } from '@temporalio/activity';
import { judgeStep, type StepVerdict } from '../core/rolloutAnalysis.ts';
import type { AnalysisPlan } from '../core/rolloutPlan.ts';
import { type RolloutStep, shareOf } from '../core/rolloutSteps.ts';
import type { ServingLease } from '../core/routing.ts';
import { bothTallies, noTally, type VariantTally } from '../core/variantTally.ts';
import { servingLeases } from '../registry/servingLeases.ts';
import type { Ports } from './ports.ts';

/** Serving processes write their counts every second. */
const pollMs = 250;

/** A step, and how long to watch it. */
export interface StepWatch {
  readonly pipeline: string;
  readonly version: number;
  /** The version that it is compared with. */
  readonly rival: number;
  /** With which the step began. */
  readonly epoch: number;
  readonly step: RolloutStep;
  readonly analysis: AnalysisPlan;
  /** This step's part of the false alarms. */
  readonly alpha: number;
  readonly forMs: number;
  /** Whether to end as soon as it is passed. */
  readonly untilPassed: boolean;
}

/** Judges the step again and again: a version that fails is told of within a second of the counts that show it. */
export function createWatchActivities(ports: Ports) {
  return {
    async watchStep(watch: StepWatch): Promise<StepVerdict> {
      const until = ports.clock() + watch.forMs;
      const seen = new Map<string, readonly VariantTally[]>();
      for (;;) {
        for (const lease of await servingLeases(ports.store, watch.pipeline)) remember(seen, lease, watch.epoch);
        const verdict = verdictOn([...seen.values()].flat(), watch);
        heartbeat(verdict.outcome);
        const isOver = verdict.outcome === 'fail' || (watch.untilPassed && verdict.outcome === 'pass');
        if (isOver || ports.clock() >= until) return verdict;
        await sleep(Math.min(pollMs, Math.max(1, until - ports.clock())));
      }
    },
  };
}

/** What a process counted before it ended, or before a person changed the rest of the traffic, still counts. */
function remember(seen: Map<string, readonly VariantTally[]>, { id, tallies = [] }: ServingLease, begun: number): void {
  const [first] = tallies;
  if (first !== undefined && first.epoch >= begun) seen.set(`${id} ${first.epoch}`, tallies);
}

function verdictOn(tallies: readonly VariantTally[], watch: StepWatch): StepVerdict {
  const { version, rival, epoch, step, analysis, alpha } = watch;
  const [newcomerName, rivalName] = step.kind === 'hold' ? ['champion', 'previous'] : ['challenger', 'champion'];
  const sumOf = (name: string, of: number): VariantTally =>
    tallies
      .filter((tally) => tally.variant === name && tally.version === of)
      .reduce(bothTallies, noTally(name, of, epoch));
  const [newcomer, other] = [sumOf(newcomerName, version), sumOf(rivalName, rival)];
  // Differences are counted for the one beside the champion; whose they are, their size is the same.
  const { paired } = step.kind === 'hold' ? other : newcomer;
  return judgeStep(
    { newcomer, rival: other, share: shareOf(step), paired },
    { alpha, requests: step.requests, analysis },
  );
}
