import type { BatchRulePlan, Bounds, MeasurePlan, RowsPlan } from '../batchRulePlan.ts';

/** The ids of a contract's rules over the window, in their order. A second rule of the same kind gets a number: `rows.atLeast.2`. */
export function batchRuleIds(rules: readonly BatchRulePlan[]): string[] {
  const counts = new Map<string, number>();
  return rules.map((rule) => {
    const id = batchRuleId(rule);
    const count = (counts.get(id) ?? 0) + 1;
    counts.set(id, count);
    return count === 1 ? id : `${id}.${count}`;
  });
}

/** Such as `rows.perDay.atLeast` or `delay.mean.between`: as the rule is written, without its numbers. */
function batchRuleId(rule: BatchRulePlan): string {
  switch (rule.kind) {
    case 'rowsOnNewestDay':
      return 'rows.newestDay.within';
    case 'newestRow':
      return 'rows.newest.within';
    case 'rowGap':
      return 'rows.gap.atMost';
    case 'measure':
      return `${rule.column}.${measureId(rule)}.${bound(rule)}`;
    case 'varies':
      return `${rule.column}.varies`;
    case 'share':
      return `${rule.column}.share.${rule.is}.${rule.to}.${bound(rule)}`;
    case 'newValues':
      return `${rule.column}.newValues.atMost`;
    case 'drift':
      return `${rule.column}.drift.${rule.by}.atMost`;
    default:
      return `${rowsId[rule.kind]}.${bound(rule)}`;
  }
}

const rowsId: Readonly<Record<RowsPlan['kind'], string>> = {
  rows: 'rows',
  rowsPerHour: 'rows.perHour',
  rowsPerDay: 'rows.perDay',
};

function measureId({ measure, quantile }: MeasurePlan): string {
  return measure === 'quantile' ? `quantile.${quantile}` : measure;
}

function bound({ atLeast, atMost }: Bounds): string {
  if (atLeast === undefined) return 'atMost';
  return atMost === undefined ? 'atLeast' : 'between';
}
