import type { CompareRulePlan, RowRulePlan } from '../rowRulePlan.ts';
import { durationSource, literal } from './literal.ts';
import type { Use } from './usedWords.ts';

/** A rule for one row as the words say it, such as `column('origin').differsFrom('destination')`. */
export function ruleSource(rule: RowRulePlan, use: Use): string {
  switch (rule.kind) {
    case 'compare':
      return comparisonSource(rule, use);
    case 'requiredWhen':
      return `${columnWord(rule.column, use)}.requiredWhen(${comparisonSource(rule.when, use)})`;
    case 'within': {
      const orBefore = rule.orBeforeMs === 0 ? '' : `, { orBefore: ${durationSource(rule.orBeforeMs)} }`;
      const within = `${columnWord(rule.column, use)}.within(${durationSource(rule.atMostMs)})`;
      return `${within}.after(${literal(rule.after)}${orBefore})`;
    }
    case 'notInFuture': {
      const by = rule.byMs === 0 ? '' : `{ by: ${durationSource(rule.byMs)} }`;
      return `${columnWord(rule.column, use)}.notInFuture(${by})`;
    }
  }
}

/** A bare text names a column; one that is a value is said so. */
export function comparisonSource({ column, is, to }: Omit<CompareRulePlan, 'kind'>, use: Use): string {
  const side = 'column' in to ? literal(to.column) : valueSource(to.value, use);
  return `${columnWord(column, use)}.${is}(${side})`;
}

export function columnWord(name: string, use: Use): string {
  return `${use('column')}(${literal(name)})`;
}

function valueSource(value: number | string | boolean, use: Use): string {
  return typeof value === 'string' ? `${use('text')}(${literal(value)})` : literal(value);
}
