import type { Measure } from '../core/scorecardPlan.ts';
import { type Metric, metric } from './metric.ts';

/** A metric that the pipeline file defines. */
export interface OwnMetric<Name extends string> extends Metric<`own ${Name}`> {
  readonly measure: Measure;
}

/**
 * A metric of your own: a pure function of the test rows' scores and labels (1 is positive), of which a larger value is
 * better, as scikit-learn's scorers have it: give a cost its minus sign. It stands on the card as `own <name>`, with an
 * interval by the bootstrap over hours, which calls it 400 times. The plan holds a hash of the function's text alone:
 * write it so that it needs nothing from outside. NaN is no value.
 */
export function ownMetric<const Name extends string>(name: Name, measure: Measure): OwnMetric<Name> {
  return { ...metric(`own ${name}`), measure };
}
