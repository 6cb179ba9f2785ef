import type { ContractPlan } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';
import type { NotInFuturePlan, WithinRulePlan } from '../../core/rowRulePlan.ts';
import { durationText } from '../../core/time.ts';
import { ruledColumn } from './compareRule.ts';
import type { RuleSql } from './rowRule.ts';
import { sqlValue } from './sqlValue.ts';

/** The skew of two clocks: one date less the other, with both ends allowed. */
export function withinRule(contract: ContractPlan, rule: WithinRulePlan): RuleSql {
  const [late, early] = [ruledColumn(contract, rule.column, 'date'), ruledColumn(contract, rule.after, 'date')];
  const skew = `epoch_us(v${late.k}) - epoch_us(v${early.k})`;
  const before = rule.orBeforeMs === 0 ? '' : `, or ${durationText(rule.orBeforeMs)} before`;
  return {
    text: `${rule.column} is within ${durationText(rule.atMostMs)} after ${rule.after}${before}`,
    sql: `${skew} NOT BETWEEN ${-rule.orBeforeMs * 1000} AND ${rule.atMostMs * 1000}`,
  };
}

/** Beside `judgedAt`, milliseconds UTC: time is an input. Throws `input.invalid` where none is given. */
export function notInFutureRule(contract: ContractPlan, rule: NotInFuturePlan, judgedAt: number | undefined): RuleSql {
  const { k } = ruledColumn(contract, rule.column, 'date');
  if (judgedAt === undefined) {
    const expected = `a time to judge '${rule.column}' of contract '${contract.id}' by`;
    throw new WhetError('input.invalid', { expected, came: 'none' });
  }
  const by = rule.byMs === 0 ? '' : ` by more than ${durationText(rule.byMs)}`;
  return {
    text: `${rule.column} is not in the future${by}`,
    sql: `v${k} > ${sqlValue('date', judgedAt + rule.byMs)}`,
  };
}
