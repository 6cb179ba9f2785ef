import { type Epochs, epochsOf } from './epochsOf.ts';
import type { Strategy } from './strategy.ts';
import { trialsOf } from './trialsOf.ts';

export interface RandomOptions {
  /** How many candidates are drawn, no two alike, from lists and ranges. */
  readonly trials: number;
  /** Budget of every trial: `'2 epochs'`, or the number alone. */
  readonly epochs: Epochs | number;
}

/** Candidates drawn by the search's seed (Bergstra and Bengio 2012), each for the whole budget. */
export function random(options: RandomOptions): Strategy {
  const { trials, epochs } = options;
  return {
    kind: 'random',
    plan: (place) => ({
      kind: 'random',
      trials: trialsOf(trials, `${place}.trials`),
      epochs: epochsOf(epochs, `${place}.epochs`),
    }),
  };
}
