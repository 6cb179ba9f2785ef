import { lossAt, lossCurve } from './economics.ts';
import type { ExpectedGain } from './retrainDecision.ts';
import type { PastRun } from './retrainStanding.ts';
import type { MetricName } from './scorecardPlan.ts';
import { type Hour, hourMs, hourStart } from './time.ts';

/** With fewer comparisons with a champion nothing is expected. */
export const leastComparisons = 3;

/**
 * What a run as of an hour may be expected to give back, by what champions of such an age lost to the candidates of the
 * runs before. Null where too few were compared, or none with one so old.
 */
export function expectedGain(
  metric: MetricName,
  runs: readonly Pick<PastRun, 'loss'>[],
  asOf: Hour,
  champion: Hour | null,
): ExpectedGain | null {
  const decay = runs.flatMap(({ loss }) => (loss === undefined ? [] : [{ ageHours: loss.ageHours, loss: loss.value }]));
  if (champion === null || decay.length < leastComparisons) return null;
  const ageHours = Math.max(0, (hourStart(asOf) - hourStart(champion)) / hourMs);
  const curve = lossCurve(decay);
  if (ageHours > (curve.at(-1)?.ageHours ?? 0)) return null;
  return { metric, ageHours, value: lossAt(curve, ageHours) };
}
