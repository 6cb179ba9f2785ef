import type { GapAtMost, InOrder, NoDuplicates, References, Unique } from './acrossRule.ts';
import type { Wrong } from './columnTypes.ts';
import type { Row } from './feature.ts';
import type { Family } from './fittingRule.ts';

/** A rule across rows whose columns exist and can be ruled so, or the reason why not. */
export type FittingAcross<C, R extends Row> = C extends NoDuplicates
  ? C
  : C extends Unique<infer Name>
    ? NamedIn<C, Name, R>
    : C extends InOrder<infer By, infer Per>
      ? Ordered<NamedIn<C, By | Per, R>, By, R>
      : C extends GapAtMost<infer Per>
        ? NamedIn<C, Per, R>
        : C extends References<infer Name, infer Value>
          ? Alike<NamedIn<C, Name, R>, Name, Value, R>
          : never;

type NamedIn<C, Name extends string, R extends Row> = [Name] extends [keyof R]
  ? C
  : Wrong<`the contract has no column '${Exclude<Name, keyof R>}'`>;

type Ordered<C, By extends string, R extends Row> =
  C extends Wrong<string>
    ? C
    : Family<NonNullable<R[By]>> extends 'number' | 'date'
      ? C
      : Wrong<`column '${By}' has no order: only numbers and dates do`>;

type Alike<C, Name extends string, Value, R extends Row> =
  C extends Wrong<string>
    ? C
    : Family<NonNullable<R[Name]>> extends Family<Value>
      ? C
      : Wrong<`column '${Name}' is not of the type that it refers to`>;
