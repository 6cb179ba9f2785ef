import type { Plan } from '../core/plan.ts';
import {
  answerMetrics,
  type BinsPlan,
  type MetricName,
  type ProfilePlan,
  scoreMetrics,
} from '../core/scorecardPlan.ts';
import { checkId } from './checkId.ts';
import { didYouMean } from './didYouMean.ts';
import { invalid } from './invalid.ts';
import { requireColumnOf } from './requireColumn.ts';

const known: readonly MetricName[] = [...scoreMetrics, ...answerMetrics];

/** Known metrics, once each; slices by columns with few values, once each; profiles whose wrong answers cost something. */
export function checkScorecard(plan: Plan, place: string): void {
  const { scorecard, contract } = plan;
  const { metrics, slices, profiles } = scorecard;
  const own = new Set<string>(scorecard.own?.map(({ name }) => name));
  if (metrics.length === 0) throw invalid(`${place}.metrics`, 'one metric or more', metrics);
  for (const [index, metric] of metrics.entries()) {
    const at = `${place}.metrics[${index}]`;
    if (own.has(metric)) checkOwn(metric, at);
    else if (!known.includes(metric)) throw invalid(at, 'a metric of the engine', metric, didYouMean(metric, known));
    if (metrics.indexOf(metric) < index) throw invalid(at, 'each metric once', metric);
  }
  for (const [index, slice] of slices.entries()) {
    const at = `${place}.slices[${index}]`;
    requireColumnOf(['string', 'boolean', 'int'], contract, slice, at);
    if (slices.indexOf(slice) < index) throw invalid(at, 'each column once', slice);
  }
  for (const each of scorecard.bins ?? []) checkBins(plan, each, `${place}.bins.${each.column}`);
  if (profiles !== undefined) checkProfiles(profiles, `${place}.profiles`);
}

/** The values are those of the matrix, so a feature must bring them there. */
function checkBins({ contract, features }: Plan, { column, edges }: BinsPlan, place: string): void {
  requireColumnOf(['int', 'number'], contract, column, place);
  const read = features.flatMap((feature) => (feature.kind === 'number' ? [feature.column] : []));
  if (!read.includes(column)) {
    throw invalid(place, "a column that a feature number('…') reads", column, didYouMean(column, read));
  }
  const rising = edges.every((edge, at) => Number.isFinite(edge) && (at === 0 || edge > (edges[at - 1] ?? edge)));
  if (edges.length === 0 || !rising) throw invalid(place, 'one number or more, each above the one before', edges);
}

function checkOwn(metric: string, place: string): void {
  if (/^own [a-z][a-z0-9]*(?:[ -][a-z0-9]+)*$/.test(metric)) return;
  throw invalid(place, "a name of small letters and digits, such as ownMetric('saved money', …)", metric);
}

/** A cost of nothing would be answered with one and the same answer for all. */
function checkProfiles(profiles: readonly ProfilePlan[], place: string): void {
  if (profiles.length === 0) throw invalid(place, 'one profile or more', {});
  for (const { name, ...costs } of profiles) {
    checkId(name, `${place}, the name of a profile`);
    for (const [kind, cost] of Object.entries(costs)) {
      if (!(Number.isFinite(cost) && cost > 0)) throw invalid(`${place}.${name}.${kind}`, 'a cost above 0', cost);
    }
  }
}
