import type { GateRule } from '../core/gatePlan.ts';
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
  const limit = 'by' in rule ? rule.by : rule.value;
  const most = rule.metric === 'log loss' ? Number.MAX_VALUE : 1;
  if (limit >= 0 && limit <= most) return;
  throw invalid(place, most === 1 ? 'a limit from 0 to 1' : 'a limit of 0 or more', limit);
}
