import type { Random } from '../../core/random.ts';
import { judgeStep, type StepEvidence, type StepLimits, type StepVerdict } from '../../core/rolloutAnalysis.ts';
import { latencyBoundsMs, noTally, scoreBins, type VariantTally } from '../../core/variantTally.ts';

/** How a version behaves on every request. */
export interface Behaviour {
  /** Share of requests that fail. */
  readonly errors: number;
  /** Share of requests that take longer than a second; the others take a millisecond. */
  readonly slow: number;
  /** Of scores in [0, 1). */
  readonly score: (random: Random) => number;
}

export const healthy: Behaviour = { errors: 0, slow: 0, score: (random) => random.next() };

export interface SimulatedStep {
  readonly newcomer: Behaviour;
  readonly rival: Behaviour;
  /** Of the requests for the newcomer; 1 / 2: both score each request, as in a shadow. */
  readonly share: number;
  /** In both together. */
  readonly requests: number;
  /** Requests between two looks. */
  readonly every: number;
  readonly limits: StepLimits;
}

/** The looks of one step, up to the first failure; the newcomer's requests until then. */
export function simulatedStep(step: SimulatedStep, random: Random): { verdict: StepVerdict; looks: number } {
  const own = tallied('challenger', 2);
  const other = tallied('champion', 1);
  const isPaired = step.share === 1 / 2;
  let [verdict, looks] = [judgeStep(evidenceOf(own, other, step), step.limits), 1];
  for (let done = 0; done < step.requests && verdict.outcome !== 'fail'; looks += 1) {
    for (let more = 0; more < step.every; more += 1, done += 1) {
      const isOwn = random.next() < step.share;
      if (isOwn || isPaired) own.ask(step.newcomer, random);
      if (!isOwn || isPaired) other.ask(step.rival, random);
    }
    verdict = judgeStep(evidenceOf(own, other, step), step.limits);
  }
  return { verdict, looks };
}

interface Tallied {
  readonly tally: () => VariantTally;
  ask(behaviour: Behaviour, random: Random): void;
}

function evidenceOf(own: Tallied, other: Tallied, { share }: SimulatedStep): StepEvidence {
  return { newcomer: own.tally(), rival: other.tally(), share, paired: own.tally().paired };
}

function tallied(variant: string, version: number): Tallied {
  const empty = noTally(variant, version, 1);
  const [latency, scores] = [[...empty.latency], [...empty.scores]];
  let [requests, failures] = [0, 0];
  return {
    tally: () => ({ ...empty, requests, failures, latency, scores }),
    ask({ errors, slow, score }, random) {
      requests += 1;
      const bucket = random.next() < slow ? latencyBoundsMs.length - 1 : 4;
      latency[bucket] = (latency[bucket] ?? 0) + 1;
      if (random.next() < errors) failures += 1;
      else {
        const bin = Math.floor(score(random) * scoreBins);
        scores[bin] = (scores[bin] ?? 0) + 1;
      }
    },
  };
}
