import type { AcrossRulePlan } from './acrossRulePlan.ts';
import type { BatchRulePlan } from './batchRulePlan.ts';
import type { RowRulePlan } from './rowRulePlan.ts';

/** Where rows come from, which columns they have, and what must hold for them. */
export interface ContractPlan {
  readonly id: string;
  /** Semantic version, such as `1.2.0`: what a person calls these rules. No key depends on it. */
  readonly version: string;
  readonly source: SourcePlan;
  /** What tells two rows of one partition apart: their ordinal in the source, or the columns named. */
  readonly key: 'row number in source partition' | readonly string[];
  readonly columns: readonly ColumnPlan[];
  /** The column whose hour names the partition. */
  readonly eventTime: string;
  /** Across columns of one row. */
  readonly rules: readonly RowRulePlan[];
  /** Across rows. */
  readonly across: readonly AcrossRulePlan[];
  /** Over the rows of a run's window. */
  readonly batch: readonly BatchRulePlan[];
  /** By a rule's id, where it is not the rule's own: `quarantine` for rules of rows, `reject` for rules of the window. */
  readonly severity: Readonly<Record<string, Severity>>;
  /** Largest share of the window's rows that may be in quarantine. */
  readonly quarantine: { readonly atMost: number };
}

export type SourceKind = 'parquet' | 'csv' | 'ndjson';

export interface SourcePlan {
  readonly kind: SourceKind;
  /** A path of a file or folder, or a pattern (relative to the folder of the engine), or the name of sample data. */
  readonly at: { readonly path: string } | { readonly sample: string };
  /** What names a row's hour: its event time, or (`path`) the file's path, in whose hour or day the event time must lie. */
  readonly partition: 'hour' | 'path';
  /** Of CSV: texts that stand for null beside the empty field, such as `NA`. */
  readonly nulls?: readonly string[];
}

/** `int` is a whole number (int64), `number` a finite float64, `date` an instant (UTC when the source has no zone). */
export type ColumnType = 'int' | 'number' | 'string' | 'boolean' | 'date';

export interface ColumnPlan {
  readonly name: string;
  readonly type: ColumnType;
  /** Whether null may come. */
  readonly nullable: boolean;
  /**
   * Whether a text counts as the value that it reads as, as a field of a CSV file does: `7`, ` 2.5e3 `, `true`,
   * `2001-03-15`. An empty text reads as nothing and is of a wrong type, not null. In a text column it is the other way
   * round: a whole number, true or false counts as its text. In Parquet, whole numbers count as milliseconds UTC in a
   * column of dates, as they always do in JSON. Not there where only values of the type count.
   */
  readonly coerce?: true;
  readonly checks: readonly ColumnCheck[];
}

export type ColumnCheck =
  | { readonly kind: 'min' | 'max' | 'moreThan' | 'lessThan' | 'multipleOf'; readonly value: number }
  | { readonly kind: 'minLength' | 'maxLength'; readonly value: number }
  /** ECMA-262 without flags. */
  | { readonly kind: 'pattern'; readonly value: string }
  /** A text's format by zod's name (`email`, `uuid`, `ipv6` …), and the pattern, as above, that says all of it. */
  | { readonly kind: 'format'; readonly name: string; readonly pattern: string }
  | { readonly kind: 'oneOf'; readonly values: readonly (string | number)[] };

/** What a broken rule does: it is told, or the row goes to quarantine, or the run ends. */
export type Severity = 'warn' | 'quarantine' | 'reject';
