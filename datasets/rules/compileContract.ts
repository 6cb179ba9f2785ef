import { acrossRules, acrossRuleText, acrossSeverity } from '../../core/acrossRules.ts';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';
import type { RowRulePlan } from '../../core/rowRulePlan.ts';
import { type RowRule, rowRules } from '../../core/rowRules.ts';
import { rowSeverity } from '../../core/severity.ts';
import { hourOfInstant } from '../sources/hourOfInstant.ts';
import { checkRule } from './checkRule.ts';
import { compareRule } from './compareRule.ts';
import { eventColumn } from './eventColumn.ts';
import { faultRule } from './faultRule.ts';
import { requiredWhenRule } from './requiredWhenRule.ts';
import type { CompiledRule, RuleSql } from './rowRule.ts';
import { notInFutureRule, withinRule } from './timeRules.ts';

export interface CompiledContract {
  readonly rules: readonly CompiledRule[];
  /** BIGINT expressions, a bit for each of 62 rules, set where a row breaks it. */
  readonly masks: readonly string[];
  /** Over the masks as `mask<n>`: whether a row breaks no rule, or only such as warn. */
  readonly clean: string;
}

/**
 * A contract's row rules as SQL, all judged in one pass. A null breaks `required` and nothing else. `judgedAt`
 * (milliseconds UTC) is what `notInFuture` compares to, and nothing else depends on it. Throws `contract.uncompilable`,
 * `column.unknown`, `column.wrong-type`, and `input.invalid` where a rule needs a time and there is none.
 */
export function compileContract(contract: ContractPlan, judgedAt?: number): CompiledContract {
  requireNames(contract);
  eventColumn(contract);
  const ofRow = rowRules(contract).map((rule) => {
    return { id: rule.id, severity: rowSeverity(contract, rule.id), ...ruleSql(contract, rule, judgedAt) };
  });
  // No row breaks one by itself: its bit is set where rows are compared.
  const across = acrossRules(contract).map((rule) => {
    return { id: rule.id, severity: acrossSeverity(contract, rule), text: acrossRuleText(rule.rule), sql: 'false' };
  });
  const rules = [...ofRow, ...across].map((rule, bit) => ({ ...rule, bit }));
  return { rules, masks: masksOf(rules), clean: cleanOf(rules) };
}

function ruleSql(contract: ContractPlan, rule: RowRule, judgedAt: number | undefined): RuleSql {
  switch (rule.kind) {
    case 'malformed':
      return { text: malformed[contract.source.kind] ?? '', sql: 'malformed IS NOT NULL' };
    case 'misplaced':
      return misplacedRule(contract);
    case 'fault':
      return faultRule(rule.column, rule.at, rule.fault);
    case 'check':
      return checkRule(rule.column, rule.at, rule.check);
    case 'rule':
      return acrossColumns(contract, rule.rule, judgedAt);
  }
}

function misplacedRule(contract: ContractPlan): RuleSql {
  const text = `${contract.eventTime} lies in the hour or day that the file's path names`;
  return { text, sql: `hour <> ${hourOfInstant(`v${eventColumn(contract)}`)}` };
}

const malformed: Readonly<Record<string, string>> = {
  csv: 'a line has as many fields as the header, and closed quotes',
  ndjson: 'a line is a JSON object',
};

function acrossColumns(contract: ContractPlan, rule: RowRulePlan, judgedAt: number | undefined): RuleSql {
  switch (rule.kind) {
    case 'compare':
      return compareRule(contract, rule);
    case 'requiredWhen':
      return requiredWhenRule(contract, rule);
    case 'within':
      return withinRule(contract, rule);
    case 'notInFuture':
      return notInFutureRule(contract, rule, judgedAt);
  }
}

/** Names of the engine's own columns in the files that it writes. */
const reserved = [
  '_row',
  '_hour',
  '_reasons',
  '_contract',
  '_partition',
  '_malformed',
  '_at',
  '_raw',
  '_line',
  '_file',
  'file_row_number',
  'file_index',
];

function requireNames(contract: ContractPlan): void {
  const seen = new Set<string>();
  for (const { name } of contract.columns) {
    const plain = name.toLowerCase();
    const why = reserved.includes(plain)
      ? 'a name of the engine'
      : seen.has(plain)
        ? 'a name that is there'
        : undefined;
    if (why !== undefined) {
      throw new WhetError('contract.uncompilable', {
        expected: `column names of their own in contract '${contract.id}' (upper and lower case are the same in SQL)`,
        came: `'${name}', ${why}`,
        todo: 'Give the column another name.',
      });
    }
    seen.add(plain);
  }
}

/** A BIGINT has 63 bits without its sign. */
export const rulesPerMask = 62;

function masksOf(rules: readonly CompiledRule[]): string[] {
  const masks: string[] = [];
  for (let from = 0; from < Math.max(rules.length, 1); from += rulesPerMask) {
    const bits = rules.slice(from, from + rulesPerMask).map(({ sql, bit }) => {
      return `CASE WHEN ${sql} THEN CAST(${2n ** BigInt(bit - from)} AS BIGINT) ELSE 0 END`;
    });
    masks.push(bits.length === 0 ? 'CAST(0 AS BIGINT)' : `CAST(${bits.join(' + ')} AS BIGINT)`);
  }
  return masks;
}

/** Of a mask in which no rule warns, all bits count. */
function cleanOf(rules: readonly CompiledRule[]): string {
  const masks = Array.from({ length: Math.max(1, Math.ceil(rules.length / rulesPerMask)) }, (_, mask) => {
    const own = rules.slice(mask * rulesPerMask, (mask + 1) * rulesPerMask);
    if (own.every(({ severity }) => severity !== 'warn')) return `mask${mask} = 0`;
    return `mask${mask} & ${bitsOf(own.filter(({ severity }) => severity !== 'warn'))} = 0`;
  });
  return masks.join(' AND ');
}

function bitsOf(rules: readonly CompiledRule[]): bigint {
  return rules.reduce((bits, { bit }) => bits | (1n << BigInt(bit % rulesPerMask)), 0n);
}
