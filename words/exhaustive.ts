import { type Epochs, epochsOf } from './epochsOf.ts';
import type { Strategy } from './strategy.ts';

export interface ExhaustiveOptions {
  /** Budget of every trial: `'2 epochs'`, or the number alone. */
  readonly epochs: Epochs | number;
}

/** Every trial of the grid for the whole budget. */
export function exhaustive(options: ExhaustiveOptions): Strategy {
  const { epochs } = options;
  return {
    kind: 'exhaustive',
    plan: (place) => ({ kind: 'exhaustive', epochs: epochsOf(epochs, `${place}.epochs`) }),
  };
}
