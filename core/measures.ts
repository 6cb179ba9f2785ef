import { WhetError } from './errors.ts';
import type { Plan } from './plan.ts';
import type { Measure, OwnMetric } from './scorecardPlan.ts';
import { md5 } from './sketches/md5.ts';

/** The functions of a pipeline's own metrics, by their names. */
export type Measures = Readonly<Partial<Record<OwnMetric, Measure>>>;

/** Tells one function from another by its text. Two with the same text that reach outside may still differ. */
export function measureHash(measure: Measure): string {
  return md5(measure.toString());
}

/**
 * The functions that a plan asks for, out of those that the pipeline file has now. Throws `metric.not-as-planned` where
 * one is missing, or is another than when the run began.
 */
export function plannedMeasures({ pipeline, scorecard }: Plan, measures: Measures = {}): Measures {
  for (const { name, hash } of scorecard.own ?? []) {
    const measure = measures[name];
    const came = measure === undefined ? 'none' : measureHash(measure);
    if (came === hash) continue;
    const expected = `a function with the hash ${hash} for '${name}' in the file of ${pipeline}`;
    throw new WhetError('metric.not-as-planned', { expected, came });
  }
  return measures;
}
