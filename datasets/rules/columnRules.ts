import type { ColumnCheck, ColumnPlan, ColumnType, SourceKind } from '../../core/contractPlan.ts';
import { ecmaPattern } from '../../core/ecmaPattern.ts';
import { WhetError } from '../../core/errors.ts';
import { sqlText } from '../database.ts';
import { faults } from '../sources/typedColumn.ts';
import type { Rule } from './rowRule.ts';
import { utf16Text } from './utf16Text.ts';

/** The rules of the contract's column k: what its type demands, then its checks. */
export function columnRules(column: ColumnPlan, k: number, source: SourceKind): Rule[] {
  const kinds = faultsOf(column.type, source).filter((fault) => fault !== 'required' || !column.nullable);
  return [
    ...kinds.map((fault) => ({
      id: `${column.name}.${fault}`,
      text: `${column.name} ${faultTexts[fault](column.type)}`,
      sql: `f${k} = ${faults[fault]}`,
    })),
    ...column.checks.map((check) => checkRule(column, check, k)),
  ];
}

/** Only JSON has values that are no text: in the other files, text is what a text column holds. */
function faultsOf(type: ColumnType, source: SourceKind): readonly FaultName[] {
  return type === 'string' && source === 'ndjson' ? ['required', 'type'] : typeFaults[type];
}

type FaultName = 'required' | 'type' | 'finite' | 'whole';

const typeFaults: Readonly<Record<ColumnType, readonly FaultName[]>> = {
  int: ['required', 'type', 'finite', 'whole'],
  number: ['required', 'type', 'finite'],
  string: ['required'],
  boolean: ['required', 'type'],
  date: ['required', 'type', 'finite'],
};

const faultTexts: Readonly<Record<FaultName, (type: ColumnType) => string>> = {
  required: () => 'is not null',
  type: (type) => (type === 'int' ? 'is a whole number of 64 bits' : type === 'string' ? 'is a text' : `is a ${type}`),
  finite: (type) => (type === 'date' ? 'is of the years 1 to 9999' : 'is neither NaN nor infinite'),
  whole: () => 'has no fraction',
};

function checkRule(column: ColumnPlan, check: ColumnCheck, k: number): Rule {
  const compile = checks[column.type][check.kind];
  if (compile === undefined) throw uncompilable(column, `the check '${check.kind}' on a ${column.type}`);
  return { id: `${column.name}.${check.kind}`, ...compile(column, check, k) };
}

type Compile = (column: ColumnPlan, check: ColumnCheck, k: number) => Omit<Rule, 'id'>;

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
  string: { minLength: length('<', 'at least'), maxLength: length('>', 'at most'), pattern, oneOf },
  boolean: {},
  date: bounds,
};

function bound(brokenBy: string, words: string): Compile {
  return (column, check, k) => {
    const value = numberOf(column, check);
    const shown = column.type === 'date' ? dateText(value) : String(value);
    const text = `${column.name} is ${words} ${shown}`;
    const sql = `v${k} ${brokenBy} ${sqlValue(column.type, value)}`;
    return { text, sql: column.type === 'int' ? `${sql} OR d${k} ${brokenBy} ${sqlNumber(value)}` : sql };
  };
}

/** Between floats, a multiple is one within a billionth, relative: 0.3 is a multiple of 0.1. */
function multipleOf(column: ColumnPlan, check: ColumnCheck, k: number): Omit<Rule, 'id'> {
  const value = numberOf(column, check);
  if (value === 0) throw uncompilable(column, 'a multiple of 0');
  const text = `${column.name} is a multiple of ${value}`;
  if (column.type === 'int' && Number.isSafeInteger(value)) return { text, sql: `v${k} % ${value} <> 0` };
  const times = `(v${k} / ${sqlNumber(value)})`;
  return { text, sql: `abs(${times} - round(${times})) > 1e-9 * greatest(1, abs(${times}))` };
}

/** JavaScript's length: UTF-16 units. */
function length(brokenBy: string, words: string): Compile {
  return (column, check, k) => {
    const value = numberOf(column, check);
    return {
      text: `${column.name} has ${words} ${value} characters`,
      sql: `length(${utf16Text(`v${k}`)}) ${brokenBy} ${value}`,
    };
  };
}

function pattern(column: ColumnPlan, check: ColumnCheck, k: number): Omit<Rule, 'id'> {
  const source = 'value' in check ? String(check.value) : '';
  const translated = ecmaPattern(source);
  if ('refused' in translated) {
    throw uncompilable(column, `/${source}/, which has ${translated.refused}`, 'Write the pattern without it.');
  }
  const text = translated.wide ? utf16Text(`v${k}`) : `v${k}`;
  return { text: `${column.name} matches /${source}/`, sql: `NOT regexp_matches(${text}, ${sqlText(translated.re2)})` };
}

function oneOf(column: ColumnPlan, check: ColumnCheck, k: number): Omit<Rule, 'id'> {
  const values = 'values' in check ? check.values : [];
  if (values.length === 0) throw uncompilable(column, 'an empty list of values');
  const listed = values.map((value) => {
    if ((typeof value === 'string') !== (column.type === 'string')) throw uncompilable(column, `the value ${value}`);
    return typeof value === 'string' ? sqlText(value) : sqlNumber(value);
  });
  return { text: `${column.name} is one of ${values.join(', ')}`, sql: `v${k} NOT IN (${listed.join(', ')})` };
}

function numberOf(column: ColumnPlan, check: ColumnCheck): number {
  const value = 'value' in check ? check.value : undefined;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw uncompilable(column, `${check.kind} of ${String(value)}`);
}

/** A value as SQL of a column's canonical type; a date is given in milliseconds UTC. */
export function sqlValue(type: ColumnType, value: number): string {
  return type === 'date' ? `make_timestamp(CAST(${Math.round(value * 1000)} AS BIGINT))` : sqlNumber(value);
}

/** Whole numbers stay whole, so that an int64 is compared as one. */
export function sqlNumber(value: number): string {
  return Number.isSafeInteger(value) ? String(value) : `CAST(${value} AS DOUBLE)`;
}

function dateText(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : `${ms} ms`;
}

function uncompilable(column: ColumnPlan, came: string, todo?: string): WhetError {
  const facts = { expected: `checks of column '${column.name}' that compile to SQL`, came };
  return new WhetError('contract.uncompilable', todo === undefined ? facts : { ...facts, todo });
}
