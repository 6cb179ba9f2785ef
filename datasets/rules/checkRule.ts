import type { ColumnCheck, ColumnPlan, ColumnType } from '../../core/contractPlan.ts';
import { ecmaPattern } from '../../core/ecmaPattern.ts';
import { WhetError } from '../../core/errors.ts';
import { instantText } from '../../core/rowRules.ts';
import { sqlText } from '../database.ts';
import { isAnchored } from './isAnchored.ts';
import type { RuleSql } from './rowRule.ts';
import { sqlNumber, sqlValue } from './sqlValue.ts';
import { utf16Text } from './utf16Text.ts';

/** A check of the contract's column k, over its value alone. Throws `contract.uncompilable`. */
export function checkRule(column: ColumnPlan, k: number, check: ColumnCheck): RuleSql {
  const compile = checks[column.type][check.kind];
  if (compile === undefined) throw uncompilable(column, `the check '${check.kind}' on a ${column.type}`);
  return compile(column, check, k);
}

type Compile = (column: ColumnPlan, check: ColumnCheck, k: number) => RuleSql;

const bounds: Readonly<Record<string, Compile>> = {
  min: bound('<', 'at least'),
  max: bound('>', 'at most'),
  moreThan: bound('<=', 'more than'),
  lessThan: bound('>=', 'less than'),
};
const numberChecks: Readonly<Record<string, Compile>> = { ...bounds, multipleOf, oneOf };
const checks: Readonly<Record<ColumnType, Readonly<Record<string, Compile>>>> = {
  int: numberChecks,
  number: numberChecks,
  string: { minLength: length('<', 'at least'), maxLength: length('>', 'at most'), pattern, format, oneOf },
  boolean: {},
  date: bounds,
};

type Comparison = '<' | '>' | '<=' | '>=';

function bound(brokenBy: Comparison, words: string): Compile {
  return (column, check, k) => {
    const value = numberOf(column, check);
    const shown = column.type === 'date' ? instantText(value) : String(value);
    const text = `${column.name} is ${words} ${shown}`;
    if (column.type === 'number') return { text, sql: floatBound(`v${k}`, brokenBy, value) };
    const sql = `v${k} ${brokenBy} ${sqlValue(column.type, value)}`;
    return { text, sql: column.type === 'int' ? `${sql} OR d${k} ${brokenBy} ${sqlNumber(value)}` : sql };
  };
}

/**
 * DuckDB's order of floats has a place for NaN, and to ask for it takes three times as long as for the sign of a
 * difference. Between finite floats the two say the same: only equal ones differ by 0 (IEEE 754 has subnormal numbers for
 * that), and by 0 and not -0, since what is added here is no -0.
 */
function floatBound(value: string, brokenBy: Comparison, limit: number): string {
  const below = `signbit(${value} + ${sqlNumber(0 - limit)})`;
  const above = `signbit(${sqlNumber(limit)} - ${value})`;
  return { '<': below, '>': above, '<=': `NOT ${above}`, '>=': `NOT ${below}` }[brokenBy];
}

/** Between floats, a multiple is one but for the rounding of both and of their quotient, as zod has it: 0.3 is one of 0.1. */
function multipleOf(column: ColumnPlan, check: ColumnCheck, k: number): RuleSql {
  const value = numberOf(column, check);
  if (value === 0) throw uncompilable(column, 'a multiple of 0');
  const text = `${column.name} is a multiple of ${value}`;
  if (column.type === 'int' && Number.isSafeInteger(value)) return { text, sql: `v${k} % ${value} <> 0` };
  const times = `(v${k} / ${sqlNumber(value)})`;
  return { text, sql: `abs(${times} - round(${times})) > ${4 * Number.EPSILON} * greatest(1, abs(${times}))` };
}

/** In code points, as zod and JSON Schema count: a face is one. */
function length(brokenBy: string, words: string): Compile {
  return (column, check, k) => {
    const value = numberOf(column, check);
    return {
      text: `${column.name} has ${words} ${value} characters`,
      sql: `length(v${k}) ${brokenBy} ${value}`,
    };
  };
}

function pattern(column: ColumnPlan, check: ColumnCheck, k: number): RuleSql {
  const source = 'value' in check ? String(check.value) : '';
  return { text: `${column.name} matches /${source}/`, sql: `NOT ${matching(column, source, k)}` };
}

function format(column: ColumnPlan, check: ColumnCheck, k: number): RuleSql {
  const { name, pattern: source } = check.kind === 'format' ? check : { name: '', pattern: '' };
  return { text: `${column.name} has the format ${name}`, sql: `NOT ${matching(column, source, k)}` };
}

function matching(column: ColumnPlan, source: string, k: number): string {
  const translated = ecmaPattern(source);
  if ('refused' in translated) {
    throw uncompilable(column, `/${source}/, which has ${translated.refused}`, 'Write the pattern without it.');
  }
  const text = translated.wide ? utf16Text(`v${k}`) : `v${k}`;
  const matches = isAnchored(source) ? 'regexp_full_match' : 'regexp_matches';
  return `${matches}(${text}, ${sqlText(translated.re2)})`;
}

function oneOf(column: ColumnPlan, check: ColumnCheck, k: number): RuleSql {
  const values = 'values' in check ? check.values : [];
  if (values.length === 0) throw uncompilable(column, 'an empty list of values');
  const listed = values.map((value) => {
    if ((typeof value === 'string') !== (column.type === 'string')) throw uncompilable(column, `the value ${value}`);
    return typeof value === 'string' ? sqlText(value) : sqlNumber(value);
  });
  return { text: `${column.name} is one of ${values.join(', ')}`, sql: `NOT ${isAmong(`v${k}`, listed)}` };
}

/** DuckDB makes a join of an IN, which loses the order of the rows: only worth it where a search through all is long. */
function isAmong(value: string, listed: readonly string[]): string {
  return listed.length > 100
    ? `(${value} IN (${listed.join(', ')}))`
    : `list_contains([${listed.join(', ')}], ${value})`;
}

function numberOf(column: ColumnPlan, check: ColumnCheck): number {
  const value = 'value' in check ? check.value : undefined;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw uncompilable(column, `${check.kind} of ${String(value)}`);
}

function uncompilable(column: ColumnPlan, came: string, todo?: string): WhetError {
  const facts = { expected: `checks of column '${column.name}' that compile to SQL`, came };
  return new WhetError('contract.uncompilable', todo === undefined ? facts : { ...facts, todo });
}
