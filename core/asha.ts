import { byValue, type ScheduledTrial, type TrialSource, type TrialValue } from './scheduledTrial.ts';
import type { Promotion } from './searchPlan.ts';

export interface AshaOptions {
  readonly strategy: Promotion;
  readonly candidates: number;
  readonly seed: number;
  /** Trials that are decided on together. */
  readonly block: number;
  /** Blocks under way at once. */
  readonly ahead: number;
}

/**
 * Asynchronous successive halving (Li et al. 2020, "A System for Massively Parallel Hyperparameter Tuning"): whenever a
 * trial is to be started, one that is among the best `keep` of its rung goes on, from the highest rung where there is
 * one; else a new candidate begins. No trial waits for the rest of its rung.
 *
 * Theirs decides by what happens to have ended. Here block k is decided by the results of the blocks up to k - `ahead`,
 * no others, however fast any of them came: so the same plan starts the same trials on one trainer and on thirty. Once
 * nothing else is left, the best of the highest rung goes on alone, so that one trial at least gets the whole budget.
 */
export function asha({ strategy, candidates, seed, block, ahead }: AshaOptions): TrialSource {
  const ladder = budgets(strategy).map((epochs): Step => ({ epochs, size: 0, ended: [], promoted: new Set() }));
  const blocks: Block[] = [];
  const blockOf = new Map<ScheduledTrial, Block>();
  let begun = 0;
  let idle = 0;

  const next: TrialSource['next'] = () => {
    while (idle < ahead) {
      const known = blocks[blocks.length - ahead];
      if (known !== undefined && known.left > 0) return 'wait';
      for (const [trial, value] of known?.values ?? []) settle(ladder, trial, value);
      const trials = upTo(block, chosen);
      if (trials.length === 0 && idle === ahead - 1) trials.push(...survivor());
      open(trials);
      if (trials.length > 0) return trials;
    }
    return 'over';
  };

  const open = (trials: readonly ScheduledTrial[]): void => {
    idle = trials.length > 0 ? 0 : idle + 1;
    const opened: Block = { left: trials.length, values: [] };
    blocks.push(opened);
    for (const trial of trials) blockOf.set(trial, opened);
  };

  const chosen = (): ScheduledTrial | undefined => {
    const promoted = promotable(ladder, strategy.keep);
    if (promoted !== undefined) return trialAt(promoted.candidate, promoted.step + 1);
    return begun < candidates ? trialAt(begun++, 0) : undefined;
  };

  const trialAt = (candidate: number, step: number): ScheduledTrial => {
    if (step > 0) ladder[step - 1]?.promoted.add(candidate);
    return { candidate, rung: step + 1, epochs: ladder[step]?.epochs ?? 0, seed };
  };

  const survivor = (): ScheduledTrial[] => {
    const step = ladder.findLastIndex(({ ended }) => ended.length > 0);
    const best = ladder[step]?.ended.find(({ candidate }) => !ladder[step]?.promoted.has(candidate));
    return best === undefined || step === ladder.length - 1 ? [] : [trialAt(best.candidate, step + 1)];
  };

  const ended: TrialSource['ended'] = (trial, value) => {
    const of = blockOf.get(trial);
    if (of === undefined) return;
    blockOf.delete(trial);
    of.values.push([trial, value]);
    of.left -= 1;
  };

  return { next, ended };
}

/** A rung: who went on from it, and who has ended there. */
interface Step {
  readonly epochs: number;
  /** How many have ended, the diverged ones too. */
  size: number;
  /** Best first, without those that diverged. */
  readonly ended: { readonly candidate: number; readonly value: number }[];
  readonly promoted: Set<number>;
}

interface Block {
  left: number;
  readonly values: [ScheduledTrial, TrialValue][];
}

/** The rungs' epochs: `fromEpochs`, each 1 / `keep` times the one before, and `toEpochs` at last. */
function budgets({ keep, fromEpochs, toEpochs }: Promotion): number[] {
  const found: number[] = [];
  for (let epochs = fromEpochs; epochs < toEpochs; epochs /= keep) found.push(epochs);
  return [...found, toEpochs];
}

/** Put in its place: a rung of thousands is not sorted anew for each. */
function settle(ladder: readonly Step[], { rung, candidate }: ScheduledTrial, value: TrialValue): void {
  const step = ladder[rung - 1];
  if (step === undefined) return;
  step.size += 1;
  if (value === null) return;
  let [low, high] = [0, step.ended.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = step.ended[middle];
    if (other !== undefined && (byValue(other.value, value) || other.candidate - candidate) < 0) low = middle + 1;
    else high = middle;
  }
  step.ended.splice(low, 0, { candidate, value });
}

function promotable(ladder: readonly Step[], keep: number): { candidate: number; step: number } | undefined {
  for (let step = ladder.length - 2; step >= 0; step -= 1) {
    const { size, ended, promoted } = ladder[step] as Step;
    const best = Math.min(ended.length, Math.floor(size * keep + 1e-9));
    for (let at = 0; at < best; at += 1) {
      const candidate = ended[at]?.candidate ?? -1;
      if (!promoted.has(candidate)) return { candidate, step };
    }
  }
  return undefined;
}

function upTo<T>(most: number, next: () => T | undefined): T[] {
  const found: T[] = [];
  for (let one = next(); one !== undefined; one = found.length < most ? next() : undefined) found.push(one);
  return found;
}
