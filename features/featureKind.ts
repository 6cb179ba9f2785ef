import type { ColumnType } from '../core/contractPlan.ts';
import type { FeaturePlan, NumericSettings } from '../core/featurePlan.ts';
import type { GraphPart } from '../core/graph.ts';
import type { Encoders, HourTable, RateTable } from '../core/matrix.ts';
import type { RawColumn } from '../core/modelPackage.ts';

/** One kind of feature, said twice: as SQL for the matrix, as ONNX for the package. A parity test ties the two. */
export interface FeatureKind<F extends FeaturePlan = FeaturePlan> {
  /** Goes up when the values change: it is in the key of every table and matrix part. */
  readonly version: number;
  /** The types of column that it reads. */
  readonly accepts: readonly ColumnType[];
  /** The matrix's float columns that it gives, in order; none for a category. */
  numericColumns(feature: F): readonly NumericColumn[];
  sql(feature: F, columnOf: ColumnOf): FeatureSql;
  /** From the raw columns, shape [rows], to float [rows, width], unscaled; a category ends in int64 [rows]. */
  onnx(feature: F, context: OnnxContext): GraphPart;
}

/** A column of the matrix: its name and what it needs to become an input of the network. */
export interface NumericColumn extends Pick<NumericSettings, 'scale' | 'missing'> {
  readonly name: string;
}

/** A column of the contract by its name. */
export type ColumnOf = (name: string) => RawColumn;

/** What a feature reads of a row. */
export type FeatureSql =
  /** FLOAT; NaN where the value is missing. */
  | { readonly gives: 'numbers'; readonly columns: readonly string[] }
  /** A text, which is a key of the vocabulary. */
  | { readonly gives: 'category'; readonly text: string }
  /** A DOUBLE, of which the range counts; NaN where it is missing. */
  | { readonly gives: 'bucket'; readonly value: string }
  /** A text, which is a key of the hour's table, and what the table says of it. */
  | { readonly gives: 'lookup'; readonly text: string; readonly valuesIn: (table: RateTable) => KeyedValues };

/** Numbers as float32 holds them, in the order of the keys. */
export interface KeyedValues {
  readonly keys: readonly string[];
  readonly values: readonly number[];
  /** Of a key that is not among them. */
  readonly otherwise: number;
}

/** What the package freezes into the graph. */
export interface OnnxContext {
  readonly encoders: Encoders;
  readonly table: HourTable;
  readonly columnOf: ColumnOf;
}
