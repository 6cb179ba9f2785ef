import type { Promotion } from '../core/searchPlan.ts';
import { type Epochs, epochsOf } from './epochsOf.ts';
import { invalid } from './invalid.ts';
import { trialsOf } from './trialsOf.ts';

export interface PromotionOptions {
  /** Share of the trials that goes on from each rung to the next; between 0 and 1. */
  readonly keep: number;
  /** Budget of the first rung, and of the last. */
  readonly from: Epochs;
  readonly to: Epochs;
  /** How many candidates are drawn for the first rung; the whole grid when left out. */
  readonly trials?: number;
}

/** Who goes on from rung to rung. Throws `pipeline.invalid`, naming `place`. */
export function promotionOf({ keep, from, to, trials }: PromotionOptions, place: string): Promotion {
  const fromEpochs = epochsOf(from, `${place}.from`);
  const toEpochs = epochsOf(to, `${place}.to`);
  if (!(keep > 0 && keep < 1)) throw invalid(`${place}.keep`, 'a share above 0 and below 1, such as 1 / 3', keep);
  if (fromEpochs > toEpochs) throw invalid(`${place}.from`, `no more than to ('${to}')`, from);
  const drawn = trials === undefined ? {} : { trials: trialsOf(trials, `${place}.trials`) };
  return { keep, fromEpochs, toEpochs, ...drawn };
}
