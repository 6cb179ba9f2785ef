import type { GateRule, LimitRule, RivalRule, RuleSlice } from './gatePlan.ts';

/** A rule for people: `auc at least 0.6`, `auc of origin JFK no worse than champion by 0.005`. */
export function ruleText(rule: GateRule): string {
  if ('cost' in rule) return `${rule.cost} at most ${costText(rule.cost, rule.value)}`;
  const subject = subjectOf(rule);
  if ('value' in rule) return `${subject} ${limitText(rule)}`;
  const by = rule.by === 0 ? '' : ` by ${rule.by}`;
  return `${subject} ${isNoWorse(rule) ? 'no worse' : 'better'} than ${rivalName(rule)}${by}`;
}

/** `at least 0.6`. */
export function limitText({ kind, value }: Pick<LimitRule, 'kind' | 'value'>): string {
  return `${kind === 'atLeast' ? 'at least' : 'at most'} ${value}`;
}

/** The metric, with its slice. */
export function subjectOf({ metric, slice }: { readonly metric: string; readonly slice?: RuleSlice }): string {
  return slice === undefined ? metric : `${metric} of ${slice.column} ${slice.value}`;
}

export function rivalName({ kind }: RivalRule): 'champion' | 'reference' | 'base rate' {
  if (kind === 'betterThanBaseRate') return 'base rate';
  return kind === 'noWorseThanReference' ? 'reference' : 'champion';
}

export function isNoWorse({ kind }: RivalRule): boolean {
  return kind === 'noWorseThanChampion' || kind === 'noWorseThanReference';
}

/** Microseconds, or kilobytes. */
export function costText(cost: string, value: number): string {
  return cost === 'package size' ? `${rounded(value / 1_000)} kB` : `${rounded(1_000 * value)} µs`;
}

function rounded(value: number): string {
  return `${Number(value.toPrecision(4))}`;
}
