import type { ReplayedModel } from '../../core/backtest.ts';
import { type Hour, hourMs, hourStart } from '../../core/time.ts';
import type { AgedScores } from './decayOf.ts';
import type { HourScores } from './readHourScores.ts';

/**
 * An hour's rows by each model that was made before it and by the one that was made at it: the model that hourly
 * retraining would have. None where no model was made at the hour itself, as there is nothing to compare with.
 */
export function agedPairs(
  hour: Hour,
  { labels, scores }: HourScores,
  models: ReadonlyMap<Hour, ReplayedModel>,
): AgedScores[] {
  const fresh = scores.get(models.get(hour)?.package ?? '');
  if (fresh === undefined) return [];
  const at = hourStart(hour);
  return [...models.values()].flatMap((model) => {
    const aged = scores.get(model.package ?? '');
    const ageHours = (at - hourStart(model.asOf)) / hourMs;
    return aged === undefined || ageHours < 0 ? [] : [{ hour: at / hourMs, ageHours, labels, aged, fresh }];
  });
}
