import type { Comparison } from '../core/comparison.ts';
import type { AnyCompared, Compared, NotInFuture, Operand, RequiredWhen, Within } from './column.ts';
import type { Wrong } from './columnTypes.ts';
import type { Row } from './feature.ts';
import type { Text } from './text.ts';

/** A rule whose columns exist and can be ruled so, or the reason why not. */
export type FittingRule<C, R extends Row> =
  C extends Compared<string, Comparison, Operand>
    ? FittingComparison<C, R>
    : C extends RequiredWhen<infer Name, infer When>
      ? FittingRequired<C, Name, When, R>
      : C extends Within<infer Name, infer After>
        ? FirstWrong<C, DateNamed<Name, R>, DateNamed<After, R>>
        : C extends NotInFuture<infer Name>
          ? FirstWrong<C, DateNamed<Name, R>>
          : never;

type FittingComparison<C, R extends Row> =
  C extends Compared<infer Name, infer Is, infer To>
    ? Name extends keyof R
      ? To extends string
        ? To extends keyof R
          ? FittingPair<C, Name, NonNullable<R[Name]>, NonNullable<R[To]>, Is>
          : NoColumn<To>
        : FittingPair<C, Name, NonNullable<R[Name]>, To extends Text<infer Value> ? Value : To, Is>
      : NoColumn<Name>
    : never;

type FittingPair<C, Name extends string, Left, Right, Is> =
  Family<Left> extends Family<Right>
    ? Is extends 'equals' | 'differsFrom'
      ? C
      : Family<Left> extends 'number' | 'date'
        ? C
        : Wrong<`column '${Name}' has no order: only numbers and dates do`>
    : Wrong<`column '${Name}' is not of the type that it is compared to`>;

type FittingRequired<C, Name extends string, When extends AnyCompared, R extends Row> = Name extends keyof R
  ? [R[Name]] extends [NonNullable<R[Name]>]
    ? Wrong<`column '${Name}' is required in every row: add .nullable()`>
    : FirstWrong<C, FittingComparison<When, R>>
  : NoColumn<Name>;

type DateNamed<Name extends string, R extends Row> = Name extends keyof R
  ? NonNullable<R[Name]> extends Date
    ? Name
    : Wrong<`column '${Name}' is no date`>
  : NoColumn<Name>;

/** What is wrong with the first part that does not fit; the rule itself where all do. */
type FirstWrong<C, First, Second = First> =
  First extends Wrong<string> ? First : Second extends Wrong<string> ? Second : C;

type NoColumn<Name extends string> = Wrong<`the contract has no column '${Name}'`>;

/** What kinds of values can be compared with each other. */
export type Family<V> = V extends number
  ? 'number'
  : V extends Date
    ? 'date'
    : V extends string
      ? 'text'
      : V extends boolean
        ? 'boolean'
        : never;
