import { type GateRule, isCorrected, type LimitRule, type RivalRule, type RuleSlice } from './gatePlan.ts';
import { judgeCost, judgeLimit } from './judgeLimit.ts';
import { judgeRival } from './judgeRival.ts';
import { firstLook } from './lookStandings.ts';
import type { LookStanding } from './ruleNumbers.ts';
import { rivalName, ruleText } from './ruleText.ts';
import type { Comparison, Differences, Finding, Reason, RuleOutcome, Scorecard, Verdict } from './scorecard.ts';

/**
 * Judges a scorecard by the gate's rules, one reason each. Failed if any rule failed, else inconclusive if any rule
 * is, else passed. A metric that is not on the card, or is no number, leaves its rule inconclusive. `standings` are
 * those of the rules whose looks are counted; one that has none there is at its first look.
 */
export function judge(
  rules: readonly GateRule[],
  card: Scorecard,
  standings: Readonly<Record<string, LookStanding>> = {},
): Verdict {
  const reasons = rules.map((rule): Reason => ({ rule: ruleText(rule), ...findingOf(rule, card, standings) }));
  const has = (outcome: RuleOutcome): boolean => reasons.some((reason) => reason.outcome === outcome);
  const outcome = has('failed') ? 'failed' : has('inconclusive') ? 'inconclusive' : 'passed';
  return { outcome, passed: outcome === 'passed', reasons };
}

function findingOf(rule: GateRule, card: Scorecard, standings: Readonly<Record<string, LookStanding>>): Finding {
  if ('cost' in rule) return judgeCost(rule, card.measured, card.rows);
  if ('value' in rule) return alone(rule, card);
  const rival = rivalName(rule);
  if (rival === 'base rate') return against(rule, card, card.baseRate, rival, undefined);
  const other = card[rival];
  if (other === null) return { outcome: 'passed', text: `no ${rival} yet: passes` };
  const standing = isCorrected(rule) ? (standings[ruleText(rule)] ?? firstLook) : undefined;
  return against(rule, card, other, `${rival} ${named(other)}`, standing);
}

function alone(rule: LimitRule, card: Scorecard): Finding {
  const { metric, slice } = rule;
  if (slice === undefined) return judgeLimit(rule, card.metrics[metric], card);
  const found = sliceOf(card.slices, slice);
  return found === undefined
    ? withoutSlice(slice)
    : judgeLimit(rule, found.metrics[metric], { ...card, rows: found.rows });
}

function against(
  rule: RivalRule,
  { rows, hours }: Scorecard,
  other: Differences | undefined,
  rival: string,
  standing: LookStanding | undefined,
): Finding {
  if (other === undefined) return { outcome: 'inconclusive', text: `the card holds no ${rival}` };
  const shared = { rival, hours, ...(standing === undefined ? {} : { standing }) };
  if (rule.slice === undefined) return judgeRival(rule, other.difference[rule.metric], { ...shared, rows });
  const found = sliceOf(other.slices ?? [], rule.slice);
  if (found === undefined) return withoutSlice(rule.slice);
  return judgeRival(rule, found.difference[rule.metric], { ...shared, rows: found.rows });
}

function sliceOf<S extends RuleSlice>(slices: readonly S[], { column, value }: RuleSlice): S | undefined {
  return slices.find((slice) => slice.column === column && slice.value === value);
}

function withoutSlice({ column, value }: RuleSlice): Finding {
  return { outcome: 'inconclusive', text: `the card has no slice of ${column} ${value}: it needs 100 test rows` };
}

function named({ version, tablesOlderByHours: hours }: Comparison): string {
  return `version ${version}${hours === 0 ? '' : ` (tables ${hours} hour${hours === 1 ? '' : 's'} older)`}`;
}
