import { WhetError } from '../../core/errors.ts';
import type { Measures } from '../../core/measures.ts';
import type { AnswerMetric, Costs, Measure, MetricName, OwnMetric } from '../../core/scorecardPlan.ts';
import { expectedCost } from './expectedCost.ts';
import { falseNegativeRate } from './falseNegativeRate.ts';
import { falsePositiveRate } from './falsePositiveRate.ts';
import type { Metric, Scores } from './metric.ts';
import { metrics } from './metrics.ts';
import { own } from './own.ts';
import { precision } from './precision.ts';
import { recall } from './recall.ts';

/** What a model's answers are made by, and what they cost. */
export interface Answering {
  /** At or above it the answer is positive. */
  readonly threshold: number;
  readonly costs: Costs;
  /** The measures that the pipeline file defines. */
  readonly own: Measures;
}

/** A metric by its name. One of answers takes scores as well: it judges the answers that the threshold makes of them. */
export function metricOf(name: MetricName, answering: Answering): Metric {
  if (isOfScores(name)) return metrics[name];
  if (isOwn(name)) return own(name, knownMeasure(name, answering.own));
  return ofScores(name === 'expected cost' ? expectedCost(answering.costs) : ofAnswers[name], answering.threshold);
}

const ofAnswers: Readonly<Record<Exclude<AnswerMetric, 'expected cost'>, Metric>> = {
  precision,
  recall,
  'false positive rate': falsePositiveRate,
  'false negative rate': falseNegativeRate,
};

function isOwn(name: MetricName): name is OwnMetric {
  return name.startsWith('own ');
}

function knownMeasure(name: OwnMetric, measures: Measures): Measure {
  const measure = measures[name];
  if (measure !== undefined) return measure;
  const came = `none of that name; there are: ${Object.keys(measures).join(', ') || 'none'}`;
  throw new WhetError('metric.not-as-planned', { expected: `the measure '${name}' of the pipeline's file`, came });
}

function isOfScores(name: MetricName): name is keyof typeof metrics {
  return name in metrics;
}

function ofScores(metric: Metric, threshold: number): Metric {
  return {
    name: metric.name,
    value: (scores, labels) => metric.value(answersOf(scores, threshold), labels),
    influence: (scores, labels) => metric.influence?.(answersOf(scores, threshold), labels) ?? new Float64Array(),
  };
}

/** 1 is positive. A score that is no number answers nothing. */
function answersOf(scores: Scores, threshold: number): Float32Array {
  return Float32Array.from(scores, (score) => (Number.isNaN(score) ? Number.NaN : score >= threshold ? 1 : 0));
}
