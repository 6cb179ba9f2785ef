import { type Data, type DataMap, isMap } from './odcsData.ts';
import type { OdcsRule } from './odcsRule.ts';

/** The engine that a quality item of type `custom` names where the standard has no word for a rule. */
export const engine = 'whetstone';

/** A rule as the plan holds it, from the implementation of a quality item; undefined where it is none. */
export function ownRule(data: DataMap): OdcsRule | undefined {
  const { kind, ...rest } = data;
  if (typeof kind !== 'string' || !Object.hasOwn(shapes, kind)) return undefined;
  const shape = shapes[kind as OdcsRule['kind']];
  const isWhole = Object.entries(shape).every(([key, fits]) => fits(Object.hasOwn(rest, key) ? rest[key] : undefined));
  const isKnown = Object.keys(rest).every((key) => Object.hasOwn(shape, key));
  const isBound = !('atLeast' in shape) || 'atLeast' in rest || 'atMost' in rest;
  return isWhole && isKnown && isBound ? (data as unknown as OdcsRule) : undefined;
}

/** The columns that a rule across columns, across rows or over the window names. */
export function columnsNamed(rule: OdcsRule): readonly string[] {
  switch (rule.kind) {
    case 'compare':
      return 'column' in rule.to ? [rule.column, rule.to.column] : [rule.column];
    case 'requiredWhen':
      return [rule.column, ...columnsNamed(rule.when)];
    case 'within':
      return [rule.column, rule.after];
    case 'unique':
      return rule.columns;
    case 'inOrder':
      return rule.per === null ? [rule.by] : [rule.per, rule.by];
    case 'gapAtMost':
      return rule.per === null ? [] : [rule.per];
    default:
      return 'column' in rule ? [rule.column] : [];
  }
}

type Fits = (value: Data | undefined) => boolean;
type Shape = Readonly<Record<string, Fits>>;

const number: Fits = (value) => typeof value === 'number' && Number.isFinite(value);
const text: Fits = (value) => typeof value === 'string';
const listOf =
  (fits: Fits): Fits =>
  (value) =>
    Array.isArray(value) && value.length > 0 && value.every(fits);
const either =
  (...all: readonly Fits[]): Fits =>
  (value) =>
    all.some((fits) => fits(value));
const oneOf =
  (...words: readonly string[]): Fits =>
  (value) =>
    typeof value === 'string' && words.includes(value);
const map =
  (shape: Shape): Fits =>
  (value) =>
    isMap(value) &&
    Object.keys(value).every((key) => Object.hasOwn(shape, key)) &&
    Object.entries(shape).every(([key, fits]) => fits(value[key]));
const nothing: Fits = (value) => value === undefined;
const no: Fits = (value) => value === null;

const value = either(number, text, (one) => typeof one === 'boolean');
const comparison = oneOf('above', 'atLeast', 'below', 'atMost', 'equals', 'differsFrom');
const limit = { value: number };
const compare = { column: text, is: comparison, to: either(map({ column: text }), map({ value })) };
const bounds = { atLeast: either(number, nothing), atMost: either(number, nothing) };
const stretches = { newestMs: number, againstMs: number };

const shapes: Readonly<Record<OdcsRule['kind'], Shape>> = {
  required: {},
  min: limit,
  max: limit,
  moreThan: limit,
  lessThan: limit,
  multipleOf: limit,
  minLength: limit,
  maxLength: limit,
  pattern: { value: text },
  format: { name: text, pattern: text },
  oneOf: { values: either(listOf(text), listOf(number)) },
  compare,
  requiredWhen: { column: text, when: map({ kind: oneOf('compare'), ...compare }) },
  within: { column: text, after: text, atMostMs: number, orBeforeMs: number },
  notInFuture: { column: text, byMs: number },
  unique: { columns: listOf(text), withinMs: either(number, nothing) },
  noDuplicates: {},
  inOrder: { per: either(text, no), by: text, withinMs: number },
  gapAtMost: { per: either(text, no), atMostMs: number, withinMs: number },
  references: { column: text, to: map({ contract: text, column: text }) },
  rows: bounds,
  rowsPerHour: bounds,
  rowsPerDay: bounds,
  rowsOnNewestDay: { within: number },
  newestRow: { withinMs: number },
  rowGap: { atMostMs: number },
  measure: {
    column: text,
    measure: oneOf('nullRate', 'distinct', 'mean', 'min', 'max', 'quantile'),
    quantile: either(number, nothing),
    ...bounds,
  },
  varies: { column: text },
  share: { column: text, is: comparison, to: value, ...bounds },
  newValues: { column: text, ...stretches, atMost: number },
  drift: { column: text, by: oneOf('psi', 'jensenShannon', 'kolmogorovSmirnov'), ...stretches, atMost: number },
};
