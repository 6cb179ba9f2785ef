import type { Row } from './feature.ts';

/** Names of the columns whose type is (or is part of) `Wanted`; null may come. */
export type ColumnsOfType<R extends Row, Wanted> = {
  [Name in keyof R]-?: NonNullable<R[Name]> extends Wanted ? Name : never;
}[keyof R] &
  string;

/** Names of the columns of type `Wanted` in which null never comes. */
export type FullColumnsOfType<R extends Row, Wanted> = {
  [Name in keyof R]-?: R[Name] extends Wanted ? Name : never;
}[keyof R] &
  string;

/** What the compiler shows in place of a type where a definition is wrong. */
export interface Wrong<Why extends string> {
  readonly __wrong: Why;
}
