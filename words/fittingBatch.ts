import type { Needed, OverColumn } from './batchRule.ts';
import type { AnyCompared } from './column.ts';
import type { Wrong } from './columnTypes.ts';
import type { Row } from './feature.ts';
import type { FittingRule } from './fittingRule.ts';
import type { Share } from './share.ts';

/** A rule over the window whose column exists and can be ruled so, or the reason why not. */
export type FittingBatch<C, R extends Row> = C extends { readonly kind: 'share' }
  ? FittingShare<C, R>
  : C extends OverColumn<infer Name, infer Needs>
    ? FittingColumn<C, Name, Needs, R>
    : C;

type FittingShare<C, R extends Row> =
  C extends Share<infer Of>
    ? Of extends { readonly to: string }
      ? Wrong<"a share compares a column with a value: write text('…')">
      : Of extends AnyCompared
        ? FittingRule<Of, R> extends Wrong<infer Why>
          ? Wrong<Why>
          : C
        : C
    : C;

type FittingColumn<C, Name extends string, Needs extends Needed, R extends Row> = Name extends keyof R
  ? Has<R[Name], Needs> extends true
    ? C
    : Wrong<`column '${Name}' ${WhyNot[Needs]}`>
  : Wrong<`the contract has no column '${Name}'`>;

type Has<V, Needs extends Needed> = Needs extends 'open'
  ? [V] extends [NonNullable<V>]
    ? false
    : true
  : Needs extends 'any'
    ? true
    : NonNullable<V> extends (Needs extends 'number' ? number : number | string | boolean)
      ? true
      : false;

interface WhyNot {
  readonly number: 'is no number';
  readonly counted: 'has no values that are counted: texts, booleans and whole numbers have';
  readonly compared: 'is a date: drift is of numbers, texts and booleans';
  readonly open: 'is never null';
  readonly any: '';
}
