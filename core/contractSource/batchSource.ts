import type { BatchRulePlan, Bounds, MeasurePlan, RowsPlan, Stretches } from '../batchRulePlan.ts';
import { durationSource, literal } from './literal.ts';
import { columnWord, comparisonSource } from './ruleSource.ts';
import type { Use } from './usedWords.ts';

/** A rule over the window as the words say it, such as `rows.perDay.atLeast(1000)`. */
export function batchSource(rule: BatchRulePlan, use: Use): string {
  switch (rule.kind) {
    case 'rowsOnNewestDay':
      return `${use('rows')}.newestDay.within(${rule.within})`;
    case 'newestRow':
      return `${use('rows')}.newest.within(${durationSource(rule.withinMs)})`;
    case 'rowGap':
      return `${use('rows')}.gap.atMost(${durationSource(rule.atMostMs)})`;
    case 'measure':
      return `${columnWord(rule.column, use)}.${measureSource(rule)}.${boundsSource(rule)}`;
    case 'varies':
      return `${columnWord(rule.column, use)}.varies()`;
    case 'share': {
      const compared = comparisonSource({ column: rule.column, is: rule.is, to: { value: rule.to } }, use);
      return `${use('share')}(${compared}).${boundsSource(rule)}`;
    }
    case 'newValues':
      return `${columnWord(rule.column, use)}.newValues({ ${stretchesSource(rule)} }).atMost(${rule.atMost})`;
    case 'drift': {
      const options = `{ by: ${literal(rule.by)}, ${stretchesSource(rule)} }`;
      return `${columnWord(rule.column, use)}.drift(${options}).atMost(${rule.atMost})`;
    }
    default:
      return `${use('rows')}${of[rule.kind]}.${boundsSource(rule)}`;
  }
}

const of: Readonly<Record<RowsPlan['kind'], string>> = { rows: '', rowsPerHour: '.perHour', rowsPerDay: '.perDay' };

function measureSource({ measure, quantile }: MeasurePlan): string {
  return measure === 'quantile' ? `quantile(${quantile})` : measure;
}

function boundsSource({ atLeast, atMost }: Bounds): string {
  if (atLeast === undefined) return `atMost(${atMost})`;
  return atMost === undefined ? `atLeast(${atLeast})` : `between(${atLeast}, ${atMost})`;
}

function stretchesSource({ newestMs, againstMs }: Stretches): string {
  return `newest: ${durationSource(newestMs)}, against: ${durationSource(againstMs)}`;
}
