import type { ColumnCheck, ColumnType } from '../contractPlan.ts';

/** A column's type and checks as zod says them. */
export interface JudgedColumn {
  readonly type: ColumnType;
  readonly checks: readonly ColumnCheck[];
  /** What stands for a check that was joined with another. */
  readonly standsFor: ReadonlyMap<ColumnCheck, ColumnCheck>;
  /** Checks that cannot be joined with the others. */
  readonly refused: readonly ColumnCheck[];
}

/**
 * Checks from several places as one column has them: in a fixed order, of two limits on a side the tighter one, of a
 * list only the values that keep to the other checks, as a list of zod's is the only check of its column.
 */
export function columnChecks(type: ColumnType, said: readonly ColumnCheck[]): JudgedColumn {
  const listed = said.filter((check) => check.kind === 'oneOf');
  const [first, ...others] = listed;
  if (first === undefined || type === 'boolean' || type === 'date') return withoutList(type, said);
  const rest = said.filter((check) => check.kind !== 'oneOf');
  const values = first.values.filter(
    (value) => rest.every((check) => keepsTo(value, check)) && others.every((other) => other.values.includes(value)),
  );
  if (values.length === 0) return { ...withoutList(type, rest), refused: listed };
  const only = values.length === first.values.length ? first : { kind: 'oneOf' as const, values };
  const isInt = type === 'number' && values.every(Number.isInteger);
  return {
    type: isInt ? 'int' : type,
    checks: [only],
    standsFor: new Map([...said.map((check) => [check, only] as const)]),
    refused: [],
  };
}

function withoutList(type: ColumnType, said: readonly ColumnCheck[]): JudgedColumn {
  const checks: ColumnCheck[] = type === 'int' ? everyInt.map(({ kind, value }) => ({ kind, value })) : [];
  const standsFor = new Map<ColumnCheck, ColumnCheck>();
  const refused: ColumnCheck[] = [];
  for (const check of said) {
    const at = checks.findIndex((one) => isLimit(one) && one.kind === check.kind);
    const before = checks[at];
    if (before === undefined) checks.push(check);
    else if (isTighter(check, before)) {
      for (const [from, to] of standsFor) if (to === before) standsFor.set(from, check);
      standsFor.set(before, check);
      checks[at] = check;
    } else if (check.kind === 'multipleOf' && !isSame(before, check)) refused.push(check);
    else standsFor.set(check, before);
  }
  if (type === 'int' || type === 'number') {
    takeLooser(checks, standsFor, 'min', 'moreThan', (min, moreThan) => min > moreThan);
    takeLooser(checks, standsFor, 'max', 'lessThan', (max, lessThan) => max < lessThan);
  }
  // The sort is stable: texts' checks stay in their order.
  checks.sort((a, b) => (order[a.kind] ?? 0) - (order[b.kind] ?? 0));
  return { type, checks, standsFor, refused };
}

/** Of two limits of numbers on one side zod keeps the tighter one. */
function takeLooser(
  checks: ColumnCheck[],
  standsFor: Map<ColumnCheck, ColumnCheck>,
  closed: 'min' | 'max',
  open: 'moreThan' | 'lessThan',
  isTighterClosed: (closed: number, open: number) => boolean,
): void {
  const [one, other] = [closed, open].map((kind) => checks.filter(isLimit).find((check) => check.kind === kind));
  if (one === undefined || other === undefined) return;
  const [loose, tight] = isTighterClosed(one.value, other.value) ? [other, one] : [one, other];
  checks.splice(checks.indexOf(loose), 1);
  standsFor.set(loose, tight);
}

const everyInt = [
  { kind: 'min', value: Number.MIN_SAFE_INTEGER },
  { kind: 'max', value: Number.MAX_SAFE_INTEGER },
] as const;

const order: Readonly<Record<ColumnCheck['kind'], number>> = {
  min: 0,
  moreThan: 1,
  max: 2,
  lessThan: 3,
  multipleOf: 4,
  minLength: 5,
  maxLength: 6,
  pattern: 7,
  format: 7,
  oneOf: 8,
};

type Limit = Extract<ColumnCheck, { value: number }>;

function isLimit(check: ColumnCheck): check is Limit {
  return 'value' in check && typeof check.value === 'number';
}

function isSame(one: ColumnCheck, other: ColumnCheck): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function isTighter(check: ColumnCheck, before: ColumnCheck): boolean {
  if (!isLimit(check) || !isLimit(before)) return false;
  if (['min', 'moreThan', 'minLength'].includes(check.kind)) return check.value > before.value;
  return check.kind !== 'multipleOf' && check.value < before.value;
}

function keepsTo(value: string | number, check: ColumnCheck): boolean {
  if (check.kind === 'pattern') return new RegExp(check.value).test(String(value));
  if (check.kind === 'format') return new RegExp(check.pattern).test(String(value));
  if (check.kind === 'minLength') return String(value).length >= check.value;
  if (check.kind === 'maxLength') return String(value).length <= check.value;
  if (check.kind === 'oneOf' || typeof value !== 'number') return true;
  if (check.kind === 'min') return value >= check.value;
  if (check.kind === 'max') return value <= check.value;
  if (check.kind === 'moreThan') return value > check.value;
  return check.kind === 'lessThan' ? value < check.value : Number.isInteger(value / check.value);
}
