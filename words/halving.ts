import { type Epochs, epochsOf } from './epochsOf.ts';
import { invalid } from './invalid.ts';
import type { Strategy } from './strategy.ts';
import { trialsOf } from './trialsOf.ts';

export interface HalvingOptions {
  /** Share of the trials that goes on from each rung to the next, rounded up; between 0 and 1. */
  readonly keep: number;
  /** Budget of the first rung, and of the last. */
  readonly from: Epochs;
  readonly to: Epochs;
  /** How many candidates are drawn for the first rung; the whole grid when left out. */
  readonly trials?: number;
}

/** Successive halving (Jamieson and Talwalkar 2016): all trials for a little, the better ones for longer. */
export function halving(options: HalvingOptions): Strategy {
  return {
    kind: 'halving',
    plan: (place) => {
      const { keep, trials } = options;
      const fromEpochs = epochsOf(options.from, `${place}.from`);
      const toEpochs = epochsOf(options.to, `${place}.to`);
      if (!(keep > 0 && keep < 1)) throw invalid(`${place}.keep`, 'a share above 0 and below 1, such as 1 / 3', keep);
      if (fromEpochs > toEpochs) throw invalid(`${place}.from`, `no more than to ('${options.to}')`, options.from);
      const drawn = trials === undefined ? {} : { trials: trialsOf(trials, `${place}.trials`) };
      return { kind: 'halving', keep, fromEpochs, toEpochs, ...drawn };
    },
  };
}
