import { asha } from './asha.ts';
import { rungs } from './halving.ts';
import { rungByRung } from './rungByRung.ts';
import { byValue, type ScheduledTrial, type TrialSource, type TrialValue } from './scheduledTrial.ts';
import { finalists, repeatedTrials } from './searchBudget.ts';
import type { SearchPlan } from './searchPlan.ts';

/** Some trials to start together. `at` is the place of the first in the order in which the search starts its trials. */
export interface TrialBlock {
  readonly at: number;
  readonly trials: readonly ScheduledTrial[];
}

/** What a search does next, and what it has found. */
export interface SearchSchedule {
  /** The next block; `wait` until more trials have ended; or `over`. */
  next(): TrialBlock | 'wait' | 'over';
  /** Tells how the trial at a place ended. */
  ended(at: number, value: TrialValue): void;
  /** The place of the best trial so far; undefined while none has ended without diverging. */
  best(): number | undefined;
}

/** How many trials are decided on together, and for `asha` how many such blocks are under way at once. */
export interface BlockSizes {
  readonly rung: number;
  readonly asha: { readonly block: number; readonly ahead: number };
}

const usualSizes: BlockSizes = { rung: 256, asha: { block: 8, ahead: 4 } };

/**
 * The schedule of a search: pure, and the same whatever the order and speed in which trials end, so that a search that
 * is told the values of earlier trials again goes on as if it had never stopped.
 *
 * The best trial is the one best validated at any rung: more epochs can overfit, and Hyperband, too, returns the
 * configuration with the smallest loss seen so far (Li et al. 2018, algorithm 1). Of equal ones the longer trained is
 * taken, then the earlier candidate. With `repeats`, the finalists are the best candidates, each at its best trial: each
 * is trained with further seeds to the same epochs, and the best mean wins. The model is the one of the plan's own seed,
 * so that no luck is chosen.
 */
export function openSchedule(plan: SearchPlan, candidates: number, sizes: BlockSizes = usualSizes): SearchSchedule {
  const started: ScheduledTrial[] = [];
  const values: (TrialValue | undefined)[] = [];
  /** The place of each finalist, with those of its repeats. */
  const finals = new Map<number, number[]>();
  let source: TrialSource | undefined = strategySource(plan, candidates, sizes);
  let left = (plan.budget?.trials ?? Number.POSITIVE_INFINITY) - repeatedTrials(plan);
  let underWay = 0;

  const next: SearchSchedule['next'] = () => {
    const given = source !== undefined && left > 0 ? source.next() : 'over';
    if (given === 'wait' || (given === 'over' && underWay > 0)) return 'wait';
    if (given !== 'over') return opened(given.slice(0, left));
    const repeats = source === undefined ? [] : repeatsOfFinalists();
    source = undefined;
    return repeats.length > 0 ? opened(repeats) : 'over';
  };

  const opened = (trials: readonly ScheduledTrial[]): TrialBlock => {
    left -= trials.length;
    underWay += trials.length;
    return { at: started.push(...trials) - trials.length, trials };
  };

  const repeatsOfFinalists = (): ScheduledTrial[] => {
    const repeats: ScheduledTrial[] = [];
    for (const at of (plan.repeats ?? 1) > 1 ? ranking().slice(0, finalists) : []) {
      const own = repeatsOf(plan, started[at]);
      finals.set(
        at,
        own.map((_, index) => started.length + repeats.length + index),
      );
      repeats.push(...own);
    }
    return repeats;
  };

  const ended: SearchSchedule['ended'] = (at, value) => {
    const trial = started[at];
    if (trial === undefined || values[at] !== undefined) return;
    values[at] = value;
    underWay -= 1;
    source?.ended(trial, value);
  };

  /** The places of the best trial of each candidate, best first. */
  const ranking = (): number[] => {
    const sound = [...values.keys()].filter((at) => typeof values[at] === 'number');
    sound.sort((a, b) => byValue(values[a] ?? null, values[b] ?? null) || byTraining(started[a], started[b]));
    const seen = new Set<number | undefined>();
    return sound.filter((at) => !seen.has(started[at]?.candidate) && seen.add(started[at]?.candidate));
  };

  const best: SearchSchedule['best'] = () => {
    const mean = (at: number): TrialValue => meanOf([at, ...(finals.get(at) ?? [])].map((place) => values[place]));
    // A stable sort: of equal means, the finalist that was ranked first stays so.
    return finals.size === 0 ? ranking()[0] : [...finals.keys()].sort((a, b) => byValue(mean(a), mean(b)))[0];
  };

  return { next, ended, best };
}

function strategySource({ strategy, seed }: SearchPlan, candidates: number, sizes: BlockSizes): TrialSource {
  if (strategy.kind === 'asha') return asha({ strategy, candidates, seed, ...sizes.asha });
  return rungByRung(rungs(strategy, candidates), seed, sizes.rung);
}

function repeatsOf({ seed, repeats = 1 }: SearchPlan, trial: ScheduledTrial | undefined): ScheduledTrial[] {
  if (trial === undefined) return [];
  return Array.from({ length: repeats - 1 }, (_, index) => ({ ...trial, seed: (seed + index + 1) >>> 0 }));
}

function byTraining(a: ScheduledTrial | undefined, b: ScheduledTrial | undefined): number {
  return (b?.rung ?? 0) - (a?.rung ?? 0) || (a?.candidate ?? 0) - (b?.candidate ?? 0);
}

/** Of those that have ended. One that diverged makes the mean as bad as can be. */
function meanOf(values: readonly (TrialValue | undefined)[]): TrialValue {
  const known = values.filter((value) => value !== undefined);
  if (known.includes(null)) return null;
  return known.reduce<number>((sum, value) => sum + (value ?? 0), 0) / known.length;
}
