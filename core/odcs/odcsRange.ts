import { type Data, field, invalidOdcs, type Node, type Where } from './odcsData.ts';

/** What the operators of a quality item or a service level ask of a number. */
export interface Range {
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly above?: number;
  readonly below?: number;
}

/**
 * The operators of an item, all of which must hold; a text that says which has no meaning here. Between two numbers lie
 * these numbers, too: the standard's text says otherwise, its tools do not.
 */
export function rangeOf(item: Node, where: Where): Range | string {
  const range: { -readonly [K in keyof Range]: number } = {};
  for (const key of Object.keys(item.data).filter((one) => one.startsWith('must'))) {
    const operator = operators[key];
    if (operator === undefined) return key;
    if (operator.length === 1) range[operator[0] as keyof Range] = one(item, key, where);
    else [range.atLeast, range.atMost] = two(item, key, where);
  }
  return Object.keys(range).length === 0 ? 'no operator' : range;
}

/** The operator that says bounds of which both ends are allowed. */
export function operatorOf({ atLeast, atMost }: Range): Record<string, Data> {
  if (atLeast === undefined) return { mustBeLessOrEqualTo: atMost ?? 0 };
  if (atMost === undefined) return { mustBeGreaterOrEqualTo: atLeast };
  return atLeast === atMost ? { mustBe: atLeast } : { mustBeBetween: [atLeast, atMost] };
}

const operators: Readonly<Record<string, readonly (keyof Range)[]>> = {
  mustBe: ['atLeast', 'atMost'],
  mustBeBetween: ['atLeast', 'atMost'],
  mustBeGreaterThan: ['above'],
  mustBeGreaterOrEqualTo: ['atLeast'],
  mustBeLessThan: ['below'],
  mustBeLessOrEqualTo: ['atMost'],
};

function one(item: Node, key: string, where: Where): number {
  const value = field(item, key, 'number', where);
  if (value === undefined) throw invalidOdcs('a number', null, where([...item.path, key]));
  return value;
}

function two(item: Node, key: string, where: Where): readonly [number, number] {
  if (key === 'mustBe') return [one(item, key, where), one(item, key, where)];
  const list = field(item, key, 'list', where) ?? [];
  const [least, most] = list;
  if (list.length === 2 && typeof least === 'number' && typeof most === 'number' && least <= most) return [least, most];
  throw invalidOdcs('two numbers, the smaller one first', list, where([...item.path, key]));
}
