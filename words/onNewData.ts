import type { NewDataTrigger } from '../core/retrainPlan.ts';
import { invalid } from './invalid.ts';
import type { Trigger } from './trigger.ts';

export interface NewDataOptions {
  /** Whole hours that the last run did not see; 1 when left out. */
  readonly hours?: number;
}

/** A run when the source has so many hours more: `onNewData({ hours: 3 })`. The pipeline's watch looks for them. */
export function onNewData({ hours = 1 }: NewDataOptions = {}): Trigger<NewDataTrigger> {
  return {
    kind: 'new data',
    plan: (place) => {
      if (!Number.isSafeInteger(hours) || hours < 1) throw invalid(`${place}.hours`, 'whole hours, 1 or more', hours);
      return { kind: 'new data', hours };
    },
  };
}
