import { canonicalJson } from '../canonicalJson.ts';
import type { ColumnCheck, ColumnPlan } from '../contractPlan.ts';
import { type ContractChange, loosened, major, tightened } from './changeLevel.ts';

/** Differences of one column's checks. */
export function checkChanges(place: string, before: ColumnPlan, after: ColumnPlan): ContractChange[] {
  const bounds = limits.flatMap((limit) => limitChanges(place, limit, before.checks, after.checks));
  return [...bounds, ...valueChanges(place, before, after), ...otherChanges(place, before, after)];
}

/** A limit on one side: its inclusive and its exclusive check, and which way is stricter. */
interface Limit {
  readonly name: string;
  readonly kinds: readonly string[];
  readonly exclusive: string | null;
  readonly stricter: 1 | -1;
}

const limits: readonly Limit[] = [
  { name: 'lower limit', kinds: ['min', 'moreThan'], exclusive: 'moreThan', stricter: 1 },
  { name: 'upper limit', kinds: ['max', 'lessThan'], exclusive: 'lessThan', stricter: -1 },
  { name: 'least length', kinds: ['minLength'], exclusive: null, stricter: 1 },
  { name: 'greatest length', kinds: ['maxLength'], exclusive: null, stricter: -1 },
];

interface Bound {
  readonly kind: string;
  readonly value: number;
}

function limitChanges(
  place: string,
  limit: Limit,
  before: readonly ColumnCheck[],
  after: readonly ColumnCheck[],
): ContractChange[] {
  const [from, to] = [tightest(limit, before), tightest(limit, after)];
  const difference =
    strictness(limit, to) - strictness(limit, from) || exclusiveness(limit, to) - exclusiveness(limit, from);
  if (from === to || difference === 0 || Number.isNaN(difference)) return [];
  const what = `${place}, ${limit.name}: ${shown(from)} -> ${shown(to)}`;
  return [difference > 0 ? tightened(what) : loosened(what)];
}

function tightest(limit: Limit, checks: readonly ColumnCheck[]): Bound | undefined {
  const bounds = checks.filter((check): check is ColumnCheck & Bound => limit.kinds.includes(check.kind));
  return [...bounds].sort(
    (a, b) => strictness(limit, b) - strictness(limit, a) || exclusiveness(limit, b) - exclusiveness(limit, a),
  )[0];
}

function strictness({ stricter }: Limit, bound: Bound | undefined): number {
  return bound === undefined ? Number.NEGATIVE_INFINITY : stricter * bound.value;
}

function exclusiveness({ exclusive }: Limit, bound: Bound | undefined): number {
  return bound?.kind === exclusive ? 1 : 0;
}

function shown(bound: Bound | undefined): string {
  return bound === undefined ? 'none' : `${bound.kind} ${bound.value}`;
}

/** A list of values: the ones that are new loosen it, the ones that are gone tighten it. */
function valueChanges(place: string, before: ColumnPlan, after: ColumnPlan): ContractChange[] {
  const [from, to] = [valuesOf(before), valuesOf(after)];
  if (from === undefined && to === undefined) return [];
  if (from === undefined) return [tightened(`${place} is one of ${to?.join(', ')}`)];
  if (to === undefined) return [loosened(`${place} need not be one of ${from.join(', ')} any more`)];
  const [gone, added] = [from.filter((value) => !to.includes(value)), to.filter((value) => !from.includes(value))];
  return [
    ...(added.length === 0 ? [] : [loosened(`${place} may be ${added.join(', ')} too`)]),
    ...(gone.length === 0 ? [] : [tightened(`${place} may not be ${gone.join(', ')} any more`)]),
  ];
}

function valuesOf({ checks }: ColumnPlan): readonly (string | number)[] | undefined {
  return checks.find((check) => check.kind === 'oneOf')?.values;
}

/** Of two patterns or two divisors no one can say in general which takes more: one gone and one new. */
function otherChanges(place: string, before: ColumnPlan, after: ColumnPlan): ContractChange[] {
  const [from, to] = [others(before), others(after)];
  const [gone, added] = [from.filter((check) => !to.includes(check)), to.filter((check) => !from.includes(check))];
  if (gone.length > 0 && added.length > 0) {
    const what = `${place}: ${gone.join(', ')} -> ${added.join(', ')}`;
    return [major(what, 'which rows are good cannot be compared')];
  }
  return [
    ...gone.map((check) => loosened(`${place}: ${check} is gone`)),
    ...added.map((check) => tightened(`${place}: ${check} is new`)),
  ];
}

function others({ checks }: ColumnPlan): string[] {
  const known = ['oneOf', ...limits.flatMap(({ kinds }) => kinds)];
  return checks.filter(({ kind }) => !known.includes(kind)).map(canonicalJson);
}
