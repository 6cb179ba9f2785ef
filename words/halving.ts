import { type Epochs, epochsOf } from './epochsOf.ts';
import { invalid } from './invalid.ts';
import type { Strategy } from './strategy.ts';

export interface HalvingOptions {
  /** Share of the trials that goes on from each rung to the next, rounded up; between 0 and 1. */
  readonly keep: number;
  /** Budget of the first rung, and of the last. */
  readonly from: Epochs;
  readonly to: Epochs;
}

/** Successive halving (Jamieson and Talwalkar 2016): all trials for a little, the better ones for longer. */
export function halving(options: HalvingOptions): Strategy {
  return {
    kind: 'halving',
    plan: (place) => {
      const { keep } = options;
      const fromEpochs = epochsOf(options.from, `${place}.from`);
      const toEpochs = epochsOf(options.to, `${place}.to`);
      if (!(keep > 0 && keep < 1)) throw invalid(`${place}.keep`, 'a share above 0 and below 1, such as 1 / 3', keep);
      if (fromEpochs > toEpochs) throw invalid(`${place}.from`, `no more than to ('${options.to}')`, options.from);
      return { kind: 'halving', keep, fromEpochs, toEpochs };
    },
  };
}
