import { setTimeout as pause } from 'node:timers/promises';
import { heartbeat, sleep } from '@temporalio/activity';
import { judgeStep, type LabelledLosses, type StepVerdict } from '../core/rolloutAnalysis.ts';
import type { AnalysisPlan } from '../core/rolloutPlan.ts';
import { type RolloutStep, shareOf } from '../core/rolloutSteps.ts';
import type { ServingLease } from '../core/routing.ts';
import { bothTallies, noTally, type VariantTally } from '../core/variantTally.ts';
import { servingLeases } from '../registry/servingLeases.ts';
import type { Ports } from './ports.ts';
import { createStepLabels } from './stepLabels.ts';
import { whileBeating } from './whileBeating.ts';

/** Serving processes write their counts every second. */
const pollMs = 250;

/** A look that comes to its end waits so long for labels that came while it lasted. */
const labelsMs = 5_000;

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
  const openLabels = createStepLabels(ports);
  return {
    async watchStep(watch: StepWatch): Promise<StepVerdict> {
      const until = ports.clock() + watch.forMs;
      const seen = new Map<string, readonly VariantTally[]>();
      const labels = openLabels(watch);
      const judged = () => verdictOn([...seen.values()].flat(), watch, labels.losses);
      try {
        for (;;) {
          for (const lease of await servingLeases(ports.store, watch.pipeline)) remember(seen, lease, watch.epoch);
          const verdict = judged();
          heartbeat(verdict.outcome);
          if (verdict.outcome === 'fail') return verdict;
          if ((watch.untilPassed && verdict.outcome === 'pass') || ports.clock() >= until) break;
          await sleep(Math.min(pollMs, Math.max(1, until - ports.clock())));
        }
        await whileBeating(() => Promise.race([labels.now(), pause(labelsMs, undefined, { ref: false })]));
        return judged();
      } finally {
        // Not awaited: a failure is told at once, whatever is being gathered.
        void labels.close();
      }
    },
  };
}

/** What a process counted before it ended, or before a person changed the rest of the traffic, still counts. */
function remember(seen: Map<string, readonly VariantTally[]>, { id, tallies = [] }: ServingLease, begun: number): void {
  const [first] = tallies;
  if (first !== undefined && first.epoch >= begun) seen.set(`${id} ${first.epoch}`, tallies);
}

function verdictOn(
  tallies: readonly VariantTally[],
  watch: StepWatch,
  labelled: LabelledLosses | undefined,
): StepVerdict {
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
    { newcomer, rival: other, share: shareOf(step), paired, ...(labelled === undefined ? {} : { labelled }) },
    { alpha, requests: step.requests, analysis },
  );
}
