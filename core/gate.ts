import { decimals } from './decimals.ts';
import type { GateRule } from './gatePlan.ts';
import { higherIsBetter } from './metricDirection.ts';
import type { Comparison, Estimate, Reason, RuleOutcome, Scorecard, Verdict } from './scorecard.ts';
import type { MetricName } from './scorecardPlan.ts';

/**
 * Judges a scorecard by the gate's rules, one reason each. Failed if any rule failed, else inconclusive if any rule
 * is, else passed. A metric that is not on the card, or is no number, leaves its rule inconclusive.
 */
export function judge(rules: readonly GateRule[], card: Scorecard): Verdict {
  const reasons = rules.map((rule) => reasonOf(rule, card));
  const has = (outcome: RuleOutcome): boolean => reasons.some((reason) => reason.outcome === outcome);
  const outcome = has('failed') ? 'failed' : has('inconclusive') ? 'inconclusive' : 'passed';
  return { outcome, passed: outcome === 'passed', reasons };
}

/** A rule for people: `auc at least 0.6`, `auc no worse than champion by 0.005`. */
export function ruleText(rule: GateRule): string {
  if ('by' in rule) return `${rule.metric} no worse than ${roleOf(rule)} by ${rule.by}`;
  return `${rule.metric} ${boundText(rule)}`;
}

/** `0.7312 (0.7251 to 0.7373)`, or the value alone with the reason that it has no interval. */
export function estimateText(estimate: Estimate): string {
  const { value, low, high } = estimate;
  if (low === null || high === null) return `${decimals(value)} (no interval: too few hours)`;
  return `${decimals(value)} (${decimals(low)} to ${decimals(high)})`;
}

function reasonOf(rule: GateRule, card: Scorecard): Reason {
  return { rule: ruleText(rule), ...('value' in rule ? byValue(rule, card) : byRival(rule, card)) };
}

type Finding = Omit<Reason, 'rule'>;
type ValueRule = Extract<GateRule, { readonly value: number }>;
type RivalRule = Extract<GateRule, { readonly by: number }>;

function byValue(rule: ValueRule, card: Scorecard): Finding {
  const estimate = card.metrics[rule.metric];
  if (estimate === undefined || Number.isNaN(estimate.value)) return withoutValue(rule.metric);
  const meets = rule.kind === 'atLeast' ? estimate.value >= rule.value : estimate.value <= rule.value;
  return {
    outcome: meets ? 'passed' : 'failed',
    text: `${rule.metric} ${estimateText(estimate)} ${meets ? 'is' : 'is not'} ${boundText(rule)}`,
  };
}

function byRival(rule: RivalRule, card: Scorecard): Finding {
  const role = roleOf(rule);
  const rival = card[role];
  if (rival === null) return { outcome: 'passed', text: `no ${role} yet: passes` };
  const difference = rival.difference[rule.metric];
  if (difference === undefined || Number.isNaN(difference.value)) return withoutValue(rule.metric);
  return againstRival(rule, difference, `${rule.metric} against ${role} ${named(rival)}`);
}

/** Non-inferiority: the interval's bad end must stay within `by`; it fails when even its good end does not. */
function againstRival(rule: RivalRule, difference: Estimate, subject: string): Finding {
  const worse = worseBounds(rule.metric, difference);
  const numbers = `${subject} differs by ${estimateText(difference)}`;
  if (worse === null) return { outcome: 'inconclusive', text: `${numbers}: no worse by ${rule.by} cannot be shown` };
  if (worse.most <= rule.by) return { outcome: 'passed', text: `${numbers}: no worse by more than ${rule.by}` };
  if (worse.least > rule.by) return { outcome: 'failed', text: `${numbers}: worse by more than ${rule.by}` };
  return { outcome: 'inconclusive', text: `${numbers}: may be worse by more than ${rule.by}` };
}

/** By how much the challenger is worse at most and at least, as positive numbers; null without an interval. */
function worseBounds(metric: MetricName, { low, high }: Estimate): { most: number; least: number } | null {
  if (low === null || high === null) return null;
  return higherIsBetter(metric) ? { most: -low, least: -high } : { most: high, least: low };
}

function withoutValue(metric: MetricName): Finding {
  return { outcome: 'inconclusive', text: `${metric} has no value on these rows` };
}

function boundText(rule: ValueRule): string {
  return `${rule.kind === 'atLeast' ? 'at least' : 'at most'} ${rule.value}`;
}

function roleOf(rule: RivalRule): 'champion' | 'reference' {
  return rule.kind === 'noWorseThanChampion' ? 'champion' : 'reference';
}

function named(rival: Comparison): string {
  const hours = rival.tablesOlderByHours;
  const older = hours === 0 ? '' : ` (tables ${hours} hour${hours === 1 ? '' : 's'} older)`;
  return `version ${rival.version}${older}`;
}
