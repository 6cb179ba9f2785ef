import type { BatchRulePlan, MeasurePlan, RowsPlan, SharePlan } from '../batchRulePlan.ts';
import type { Comparison } from '../comparison.ts';
import { durationText } from '../time.ts';
import { boundsText, count, percent } from './numberText.ts';

/** What must hold, for people: `at least 10,000 rows a day`. */
export function batchRuleText(rule: BatchRulePlan): string {
  switch (rule.kind) {
    case 'rowsOnNewestDay':
      return `as many rows in the newest 24 hours as in those of earlier days, within ${percent(rule.within)}`;
    case 'newestRow':
      return `a row within ${durationText(rule.withinMs)} before the window's end`;
    case 'rowGap':
      return `at most ${durationText(rule.atMostMs)} without rows`;
    case 'measure':
      return `${measureText(rule)} of ${rule.column}: ${boundsText(rule, rule.measure === 'nullRate' ? percent : String)}`;
    case 'varies':
      return `${rule.column} has more than one value`;
    case 'share':
      return `share of rows with ${rule.column} ${comparisonText(rule)}: ${boundsText(rule, percent)}`;
    case 'newValues':
      return `new values of ${rule.column}: at most ${count(rule.atMost)} in ${stretchesText(rule)}`;
    case 'drift':
      return `drift of ${rule.column} by ${rule.by}: at most ${rule.atMost} in ${stretchesText(rule)}`;
    default:
      return `${boundsText(rule, count)} rows ${where[rule.kind]}`;
  }
}

const where: Readonly<Record<RowsPlan['kind'], string>> = {
  rows: 'in the window',
  rowsPerHour: 'an hour',
  rowsPerDay: 'a day',
};

const measures: Readonly<Record<MeasurePlan['measure'], string>> = {
  nullRate: 'null rate',
  distinct: 'distinct values',
  mean: 'mean',
  min: 'smallest value',
  max: 'largest value',
  quantile: 'quantile',
};

function measureText({ measure, quantile }: MeasurePlan): string {
  return measure === 'quantile' ? `quantile ${quantile}` : measures[measure];
}

const comparisons: Readonly<Record<Comparison, string>> = {
  above: 'above',
  atLeast: 'at least',
  below: 'below',
  atMost: 'at most',
  equals: 'equal to',
  differsFrom: 'other than',
};

function comparisonText({ is, to }: SharePlan): string {
  return `${comparisons[is]} ${to}`;
}

function stretchesText({ newestMs, againstMs }: { newestMs: number; againstMs: number }): string {
  return `the newest ${durationText(newestMs)} against the ${durationText(againstMs)} before`;
}
