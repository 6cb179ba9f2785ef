import { estimateText } from './estimateText.ts';
import type { CostRule, LimitRule } from './gatePlan.ts';
import { fewestHours } from './intervals.ts';
import { costText, limitText, subjectOf } from './ruleText.ts';
import type { Estimate, Finding, Measured } from './scorecard.ts';
import { type JudgedOn, tellingRows, tellingText } from './tellingRows.ts';

/** Passed where the whole 95 % interval meets the limit, failed where none of it does. */
export function judgeLimit(rule: LimitRule, estimate: Estimate | undefined, on: JudgedOn): Finding {
  const subject = subjectOf(rule);
  if (estimate === undefined || Number.isNaN(estimate.value)) return withoutValue(subject);
  const { value, low, high } = estimate;
  const [says, limit] = [`${subject} ${estimateText(estimate)}`, limitText(rule)];
  const [worse, better] = rule.kind === 'atLeast' ? [low, high] : [high, low];
  const numbers = { value, low, high, bound: worse, limit: rule.value, rows: on.rows };
  if (worse === null || better === null) {
    return { outcome: 'inconclusive', text: `${says}: rows of ${fewestHours} hours are needed for one`, numbers };
  }
  const meets = (end: number): boolean => (rule.kind === 'atLeast' ? end >= rule.value : end <= rule.value);
  if (meets(worse)) return { outcome: 'passed', text: `${says} is ${limit}`, numbers };
  if (!meets(better)) return { outcome: 'failed', text: `${says} is not ${limit}`, numbers };
  const needs = tellingRows(Math.abs(value - (meets(value) ? worse : better)), Math.abs(value - rule.value), on);
  return {
    outcome: 'inconclusive',
    text: `${says} may be ${limit} or not: ${tellingText(needs)}`,
    numbers: { ...numbers, ...needs },
  };
}

/** A cost is measured once on the machine that made the card: it meets the limit or it does not. */
export function judgeCost({ cost, value: limit }: CostRule, measured: Measured | undefined, rows: number): Finding {
  const value = measured === undefined ? Number.NaN : costOf(cost, measured);
  if (Number.isNaN(value)) return withoutValue(cost);
  const meets = value <= limit;
  const text = `${cost} ${costText(cost, value)} ${meets ? 'is' : 'is not'} at most ${costText(cost, limit)}`;
  const numbers = { value, low: null, high: null, bound: value, limit, rows };
  return { outcome: meets ? 'passed' : 'failed', text, numbers };
}

/** A metric that is not on the card, or is no number there. */
export function withoutValue(subject: string): Finding {
  return { outcome: 'inconclusive', text: `${subject} has no value on these rows` };
}

function costOf(cost: CostRule['cost'], { scoringMs, packageBytes }: Measured): number {
  if (cost === 'package size') return packageBytes;
  return cost === 'scoring p50' ? scoringMs.p50 : scoringMs.p99;
}
