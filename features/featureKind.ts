import type { ColumnType } from '../core/contractPlan.ts';
import type { FeaturePlan } from '../core/featurePlan.ts';
import type { GraphPart } from '../core/graph.ts';
import type { Encoders, HourTable } from '../core/matrix.ts';

/** One kind of feature, said twice: as SQL for the matrix, as ONNX for the package. A parity test ties the two. */
export interface FeatureKind<F extends FeaturePlan = FeaturePlan> {
  /** Goes up when the values change: it is in the key of every table and matrix part. */
  readonly version: number;
  /** The types of column that it reads. */
  readonly accepts: readonly ColumnType[];
  /** The matrix's float columns that it gives, in order; none for a category. */
  numericColumns(feature: F): readonly string[];
  sql(feature: F, columnType: ColumnType): FeatureSql;
  /** From the raw column, shape [rows], to float [rows, width], unscaled; a category ends in int64 [rows]. */
  onnx(feature: F, context: OnnxContext): GraphPart;
}

/** What a feature reads of a row. Texts are keys: of a vocabulary, or of the hour's table of rates. */
export type FeatureSql =
  | { readonly gives: 'numbers'; readonly columns: readonly string[] }
  | { readonly gives: 'category' | 'rate'; readonly text: string };

/** What the package freezes into the graph. */
export interface OnnxContext {
  readonly encoders: Encoders;
  readonly table: HourTable;
  readonly columnType: ColumnType;
}
