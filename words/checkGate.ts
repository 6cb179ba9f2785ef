import { WhetError } from '../core/errors.ts';
import type { GateRule, LimitRule, RivalRule } from '../core/gatePlan.ts';
import { rangeOf } from '../core/metricDirection.ts';
import type { Plan } from '../core/plan.ts';
import { ruleText, subjectOf } from '../core/ruleText.ts';
import { didYouMean } from './didYouMean.ts';
import { invalid } from './invalid.ts';
import { requireOnScorecard } from './requireOnScorecard.ts';

/**
 * Rules on what the scorecard holds, with limits that can be reached, and an anchor for each rule against the champion.
 * An empty gate is a choice.
 */
export function checkGate(plan: Plan, place: string): void {
  for (const [index, rule] of plan.gate.entries()) {
    const at = `${place}[${index}]`;
    if ('cost' in rule) checkCost(rule.value, at);
    else checkMetricRule(plan, rule, at);
  }
  for (const [index, rule] of plan.gate.entries()) requireAnchor(rule, plan.gate, `${place}[${index}]`);
}

function checkCost(value: number, place: string): void {
  const expected = "a time such as '50 microseconds' or '2 milliseconds', or a size such as '500 kB' or '2 MB'";
  if (!(value > 0)) throw invalid(place, expected, value);
}

function checkMetricRule(plan: Plan, rule: LimitRule | RivalRule, place: string): void {
  requireOnScorecard(plan, rule.metric, place);
  const { slices } = plan.scorecard;
  if (rule.slice !== undefined && !slices.includes(rule.slice.column)) {
    const { column } = rule.slice;
    throw invalid(
      place,
      'a column of scorecard.slices',
      column,
      `Add '${column}' there. ${didYouMean(column, slices)}`,
    );
  }
  const { least, most } = rangeOf(rule.metric);
  if ('by' in rule) requireWithin(rule.by, 0, most, place);
  else requireWithin(rule.value, least, most, place);
}

function requireWithin(limit: number, least: number, most: number, place: string): void {
  if (Number.isFinite(limit) && limit >= least && limit <= most) return;
  const from = least === 0 ? 'a limit of 0 or more' : 'a limit that is a number';
  throw invalid(place, most === 1 ? 'a limit from 0 to 1' : from, limit);
}

/** A hundred candidates, each no worse than the one before by 0.005, may be worse than the first by 0.5. */
function requireAnchor(rule: GateRule, gate: readonly GateRule[], place: string): void {
  if (rule.kind !== 'noWorseThanChampion') return;
  const subject = subjectOf(rule);
  if (gate.some((other) => other.kind === 'noWorseThanReference' && subjectOf(other) === subject)) return;
  throw new WhetError('gate.no-anchor', {
    expected: `a rule '${subject} no worse than reference' beside '${ruleText(rule)}'`,
    came: `none beside ${place}`,
    todo: `Add, on the same metric${rule.slice === undefined ? '' : ' and slice'}: .noWorseThanReference({ by: ${Number((4 * rule.by).toPrecision(3))} })`,
  });
}
