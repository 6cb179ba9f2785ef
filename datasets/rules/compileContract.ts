import type { ContractPlan, SourceKind } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';
import { columnRules } from './columnRules.ts';
import { compareRule } from './compareRule.ts';
import { eventColumn } from './eventColumn.ts';
import type { CompiledRule, Rule } from './rowRule.ts';

/** `masks` are BIGINT expressions, 62 rules each: 0 in all of them is a clean row. */
export interface CompiledContract {
  readonly rules: readonly CompiledRule[];
  readonly masks: readonly string[];
}

/**
 * A contract's row rules as SQL, all judged in one pass. A null breaks `required` and nothing else. Throws
 * `contract.uncompilable`, `column.unknown`, `column.wrong-type`.
 */
export function compileContract(contract: ContractPlan): CompiledContract {
  requireNames(contract);
  const event = eventColumn(contract);
  const rules = withOwnIds([
    ...malformed[contract.source.kind],
    // A row without an event time belongs to no hour: it cannot be clean, whatever the contract says of null.
    ...contract.columns.flatMap((column, k) =>
      columnRules(k === event ? { ...column, nullable: false } : column, k, contract.source.kind),
    ),
    ...contract.rules.map((rule) => compareRule(contract, rule)),
  ]).map((rule, bit) => ({ ...rule, sql: `coalesce(${rule.sql}, false)`, bit }));
  return { rules, masks: masksOf(rules) };
}

const malformed: Readonly<Record<SourceKind, readonly Rule[]>> = {
  parquet: [],
  csv: [malformedRule('a line has as many fields as the header, and closed quotes')],
  ndjson: [malformedRule('a line is a JSON object')],
};

function malformedRule(text: string): Rule {
  return { id: 'row.malformed', text, sql: 'malformed IS NOT NULL' };
}

/** Names of the engine's own columns in the files that it writes. */
const reserved = [
  '_row',
  '_hour',
  '_reasons',
  '_contract',
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

/** A second rule of the same kind on the same column gets a number: `origin.pattern.2`. */
function withOwnIds(rules: readonly Rule[]): Rule[] {
  const counts = new Map<string, number>();
  return rules.map((rule) => {
    const count = (counts.get(rule.id) ?? 0) + 1;
    counts.set(rule.id, count);
    return count === 1 ? rule : { ...rule, id: `${rule.id}.${count}` };
  });
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
