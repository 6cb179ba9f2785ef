import type { Comparison } from '../../core/comparison.ts';
import type { ColumnCheck, ContractPlan } from '../../core/contractPlan.ts';
import type { CompareRulePlan, RowRulePlan } from '../../core/rowRulePlan.ts';
import { type RowRule, rowRules } from '../../core/rowRules.ts';
import type { PlainRows, RowsColumn } from './plainRows.ts';

/** Marks rows that may break a rule: by row, 1 where it is so. */
export type Mark = (rows: PlainRows, marked: Uint8Array) => void;

/**
 * What tells rows that break no rule of a contract from those that may break one, of which DuckDB is asked: every row
 * that it finds bad, or that it warns of, is marked. Undefined where the contract has a rule that is not told here. What
 * is demanded of texts is no matter of these marks: each text is judged once, by DuckDB.
 */
export function plainMarks(contract: ContractPlan, judgedAt: number | undefined): readonly Mark[] | undefined {
  const marks = rowRules(contract).map((rule) => markOf(contract, rule, judgedAt));
  const known = marks.filter((mark) => mark !== undefined);
  return known.length === marks.length ? [markFaults, ...known] : undefined;
}

/** A line that is no object, and a value that is of a wrong type. */
const markFaults: Mark = ({ malformed, raw }, marked) => {
  for (const { values } of [malformed, raw])
    for (let row = 0; row < values.length; row += 1) if (values[row] !== -1) marked[row] = 1;
};

const nothing: Mark = () => {};

function markOf(contract: ContractPlan, rule: RowRule, judgedAt: number | undefined): Mark | undefined {
  switch (rule.kind) {
    case 'malformed':
      return nothing;
    case 'misplaced':
      return undefined;
    case 'fault':
      return rule.fault === 'required' ? markColumn(rule.at, markNulls) : nothing;
    case 'check':
      return checkMark(rule.at, rule.column.type, rule.check);
    case 'rule':
      return ruleMark(contract, rule.rule, judgedAt);
  }
}

/** Marks the values of a column, each kind of them in a loop of its own: a function called for each row costs ten times as much. */
function markColumn(k: number, mark: (column: RowsColumn, marked: Uint8Array) => void): Mark {
  return ({ columns }, marked) => {
    const column = columns[k];
    if (column !== undefined) mark(column, marked);
  };
}

function markNulls(column: RowsColumn, marked: Uint8Array): void {
  if (column.type === 'string') markEqual(column.values, -1, marked);
  else if (column.type === 'boolean') markEqual(column.values, 2, marked);
  else markNaN(column.values, marked);
}

function markEqual(values: Int32Array | Uint8Array, none: number, marked: Uint8Array): void {
  for (let row = 0; row < values.length; row += 1) if (values[row] === none) marked[row] = 1;
}

function markNaN(values: Float64Array, marked: Uint8Array): void {
  for (let row = 0; row < values.length; row += 1) if (Number.isNaN(values[row])) marked[row] = 1;
}

/** A null is NaN, which is in no order: it is not marked. */
function checkMark(k: number, type: RowsColumn['type'], check: ColumnCheck): Mark | undefined {
  if (type === 'string') return nothing;
  if (type === 'boolean') return undefined;
  if (check.kind === 'oneOf') {
    const listed = new Set<unknown>(check.values);
    return markColumn(k, ({ values }, marked) => {
      for (let row = 0; row < values.length; row += 1) {
        const value = values[row];
        if (!listed.has(value) && !Number.isNaN(value)) marked[row] = 1;
      }
    });
  }
  if (!('value' in check) || typeof check.value !== 'number') return undefined;
  const range = allowed[check.kind]?.(type === 'date' ? Math.round(check.value * 1_000) : check.value);
  return range && markColumn(k, ({ values }, marked) => markOutside(values as Float64Array, range, marked));
}

/** From the least to the greatest; `isOpen` without the two. */
interface Allowed {
  readonly least: number;
  readonly most: number;
  readonly isOpen: boolean;
}

const [lowest, highest] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
const allowed: Readonly<Record<string, (bound: number) => Allowed>> = {
  min: (least) => ({ least, most: highest, isOpen: false }),
  max: (most) => ({ least: lowest, most, isOpen: false }),
  moreThan: (least) => ({ least, most: highest, isOpen: true }),
  lessThan: (most) => ({ least: lowest, most, isOpen: true }),
};

function markOutside(values: Float64Array, { least, most, isOpen }: Allowed, marked: Uint8Array): void {
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row] ?? 0;
    if (value < least || value > most || (isOpen && (value === least || value === most))) marked[row] = 1;
  }
}

function ruleMark(contract: ContractPlan, rule: RowRulePlan, judgedAt: number | undefined): Mark | undefined {
  const at = (name: string): number => contract.columns.findIndex((column) => column.name === name);
  if (rule.kind === 'compare') {
    const compared = comparison(contract, rule);
    return compared && markRows((rows) => refuted(compared(rows)));
  }
  if (rule.kind === 'requiredWhen') {
    const compared = comparison(contract, rule.when);
    return compared && markRows((rows) => both(isNullAt(rows, at(rule.column)), compared(rows)));
  }
  if (rule.kind === 'within') {
    const [least, most] = [-rule.orBeforeMs * 1_000, rule.atMostMs * 1_000];
    return markRows(({ columns }) => {
      const [late, early] = [columns[at(rule.column)]?.values ?? [], columns[at(rule.after)]?.values ?? []];
      return (row) => {
        const skew = (late[row] ?? 0) - (early[row] ?? 0);
        return skew < least || skew > most;
      };
    });
  }
  if (judgedAt === undefined) return undefined;
  const latest = Math.round((judgedAt + rule.byMs) * 1_000);
  const range = { least: lowest, most: latest, isOpen: false };
  return markColumn(at(rule.column), ({ values }, marked) => markOutside(values as Float64Array, range, marked));
}

function markRows(isBad: (rows: PlainRows) => (row: number) => boolean): Mark {
  return (rows, marked) => {
    const held = isBad(rows);
    for (let row = 0; row < rows.count; row += 1) if (held(row)) marked[row] = 1;
  };
}

function isNullAt({ columns, count }: PlainRows, k: number): (row: number) => boolean {
  const column = columns[k];
  if (column === undefined) return () => true;
  const nulls = new Uint8Array(count);
  markNulls(column, nulls);
  return (row) => nulls[row] === 1;
}

/** By row: whether a comparison holds, null where a side is null. */
type Compared = (row: number) => boolean | null;

function refuted(compared: Compared): (row: number) => boolean {
  return (row) => compared(row) === false;
}

function both(one: (row: number) => boolean, compared: Compared): (row: number) => boolean {
  return (row) => one(row) && compared(row) === true;
}

/** Undefined where it is not told here: texts have another order in SQL than in this language. */
function comparison(
  contract: ContractPlan,
  { column, is, to }: CompareRulePlan,
): ((rows: PlainRows) => Compared) | undefined {
  const at = (name: string): number => contract.columns.findIndex((one) => one.name === name);
  const [left, right] = [at(column), 'column' in to ? at(to.column) : -1];
  const type = contract.columns[left]?.type;
  if (type === 'boolean') return undefined;
  if (type === 'string') {
    if (is !== 'equals' && is !== 'differsFrom') return undefined;
    return ({ columns }) => {
      const same = sameTexts(columns[left], 'column' in to ? columns[right] : String(to.value));
      return is === 'equals' ? same : (row) => negated(same(row));
    };
  }
  const holds = operators[is];
  const literal = 'value' in to ? (type === 'date' ? Math.round(Number(to.value) * 1_000) : Number(to.value)) : 0;
  return ({ columns }) => {
    const [values, others] = [columns[left]?.values ?? [], columns[right]?.values];
    return (row) => {
      const [one, other] = [values[row] ?? 0, others === undefined ? literal : (others[row] ?? 0)];
      return Number.isNaN(one) || Number.isNaN(other) ? null : holds(one, other);
    };
  };
}

const operators: Readonly<Record<Comparison, (one: number, other: number) => boolean>> = {
  above: (one, other) => one > other,
  atLeast: (one, other) => one >= other,
  below: (one, other) => one < other,
  atMost: (one, other) => one <= other,
  equals: (one, other) => one === other,
  differsFrom: (one, other) => one !== other,
};

function negated(held: boolean | null): boolean | null {
  return held === null ? null : !held;
}

/** Whether a text is the same as that of another column, or as one text. */
function sameTexts(left: RowsColumn | undefined, right: RowsColumn | string | undefined): Compared {
  if (left?.type !== 'string') return () => null;
  const { texts } = left;
  if (typeof right === 'string') {
    const number = texts.find(Buffer.from(right));
    const { values } = left;
    return (row) => (values[row] === -1 ? null : values[row] === number);
  }
  if (right?.type !== 'string') return () => null;
  // Each text is looked for once among those of the other column.
  const there = texts.foundIn(right.texts);
  const { values } = left;
  return (row) => {
    const [one, other] = [values[row] ?? -1, right.values[row] ?? -1];
    return one === -1 || other === -1 ? null : there[one] === other;
  };
}
