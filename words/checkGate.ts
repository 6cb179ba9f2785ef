import type { GateRule } from '../core/gatePlan.ts';
import { rangeOf } from '../core/metricDirection.ts';
import type { Plan } from '../core/plan.ts';
import { invalid } from './invalid.ts';
import { requireOnScorecard } from './requireOnScorecard.ts';

/** Rules on the scorecard's metrics, with limits that the metric can reach. An empty gate is a choice. */
export function checkGate(plan: Plan, place: string): void {
  for (const [index, rule] of plan.gate.entries()) {
    const at = `${place}[${index}]`;
    requireOnScorecard(plan, rule.metric, at);
    checkLimit(rule, at);
  }
}

function checkLimit(rule: GateRule, place: string): void {
  const { least, most } = rangeOf(rule.metric);
  if ('by' in rule) requireWithin(rule.by, 0, most, place);
  else requireWithin(rule.value, least, most, place);
}

function requireWithin(limit: number, least: number, most: number, place: string): void {
  if (Number.isFinite(limit) && limit >= least && limit <= most) return;
  const from = least === 0 ? 'a limit of 0 or more' : 'a limit that is a number';
  throw invalid(place, most === 1 ? 'a limit from 0 to 1' : from, limit);
}
