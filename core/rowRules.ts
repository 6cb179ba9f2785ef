import type { ColumnCheck, ColumnPlan, ColumnType, ContractPlan, SourceKind } from './contractPlan.ts';
import type { CompareRulePlan, RowRulePlan } from './rowRulePlan.ts';

/** Something that every row is judged by. `at` is the column's place in the contract. */
export type RowRule = { readonly id: string } & RowRuleKind;

type RowRuleKind =
  | { readonly kind: 'malformed' }
  /** The event time lies in the hours that the file's path names. */
  | { readonly kind: 'misplaced' }
  | { readonly kind: 'fault'; readonly column: ColumnPlan; readonly at: number; readonly fault: Fault }
  | { readonly kind: 'check'; readonly column: ColumnPlan; readonly at: number; readonly check: ColumnCheck }
  | { readonly kind: 'rule'; readonly rule: RowRulePlan };

/** Why a column has no value. */
export type Fault = 'required' | 'type' | 'finite' | 'whole';

/**
 * All rules for one row, in the order in which they are told: what the source's kind demands, each column's type and
 * checks, the rules across columns. Their ids, such as `delay.required`, `origin.pattern` or
 * `origin.differsFrom.destination`, are made here and nowhere else.
 */
export function rowRules(contract: ContractPlan): RowRule[] {
  const { source, columns, eventTime, rules } = contract;
  return withOwnIds([
    ...(source.kind === 'parquet' ? [] : [{ id: 'row.malformed', kind: 'malformed' } as const]),
    ...(source.partition === 'path' ? [{ id: 'row.misplaced', kind: 'misplaced' } as const] : []),
    // A row without an event time belongs to no hour: it cannot be clean, whatever the contract says of null.
    ...columns.flatMap((column, at) =>
      columnRules({ ...column, nullable: isOpen(column, eventTime) }, at, source.kind),
    ),
    ...rules.map((rule) => ({ id: idOf(contract, rule), kind: 'rule', rule }) as const),
  ]);
}

function isOpen({ name, nullable }: ColumnPlan, eventTime: string): boolean {
  return nullable && name !== eventTime;
}

function columnRules(column: ColumnPlan, at: number, source: SourceKind): RowRule[] {
  const faults = faultsOf(column.type, source).filter((fault) => fault !== 'required' || !column.nullable);
  return [
    ...faults.map((fault) => ({ id: `${column.name}.${fault}`, kind: 'fault', column, at, fault }) as const),
    ...column.checks.map(
      (check) => ({ id: `${column.name}.${check.kind}`, kind: 'check', column, at, check }) as const,
    ),
  ];
}

/** Only JSON has values that are no text: in the other files, text is what a text column holds. */
function faultsOf(type: ColumnType, source: SourceKind): readonly Fault[] {
  return type === 'string' && source === 'ndjson' ? ['required', 'type'] : typeFaults[type];
}

const typeFaults: Readonly<Record<ColumnType, readonly Fault[]>> = {
  int: ['required', 'type', 'finite', 'whole'],
  number: ['required', 'type', 'finite'],
  string: ['required'],
  boolean: ['required', 'type'],
  date: ['required', 'type', 'finite'],
};

function idOf(contract: ContractPlan, rule: RowRulePlan): string {
  if (rule.kind === 'compare') return comparisonId(contract, rule);
  if (rule.kind === 'requiredWhen') return `${rule.column}.requiredWhen.${comparisonId(contract, rule.when)}`;
  return rule.kind === 'within' ? `${rule.column}.within.${rule.after}` : `${rule.column}.notInFuture`;
}

function comparisonId(contract: ContractPlan, { column, is, to }: CompareRulePlan): string {
  return `${column}.${is}.${'column' in to ? to.column : valueText(contract, column, to.value)}`;
}

/** The ids of the rules that depend on the time at which a row is judged. */
export function clockRuleIds(contract: ContractPlan): string[] {
  return rowRules(contract).flatMap((one) => (one.kind === 'rule' && one.rule.kind === 'notInFuture' ? [one.id] : []));
}

/** A value that a column is compared to, as people read it: milliseconds beside a date are an instant. */
export function valueText({ columns }: ContractPlan, column: string, value: number | string | boolean): string {
  const isDate = columns.find(({ name }) => name === column)?.type === 'date';
  return isDate && typeof value === 'number' ? instantText(value) : String(value);
}

/** An instant in milliseconds UTC as ISO text; what no JavaScript date can hold, as its milliseconds. */
export function instantText(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : `${ms} ms`;
}

/** A second rule of the same kind on the same column gets a number: `origin.pattern.2`. */
function withOwnIds(rules: readonly RowRule[]): RowRule[] {
  const counts = new Map<string, number>();
  return rules.map((rule) => {
    const count = (counts.get(rule.id) ?? 0) + 1;
    counts.set(rule.id, count);
    return count === 1 ? rule : { ...rule, id: `${rule.id}.${count}` };
  });
}
