import type { Hour } from './time.ts';

/** One hour of feature values, found by its key; a part holds unscaled values and is good for every later run. */
export interface MatrixPart {
  readonly hour: Hour;
  readonly key: string;
  /** `objects/<sha256>` of an Arrow IPC file; null for an hour without rows. */
  readonly object: string | null;
  readonly rows: number;
}

/** A part with what encoders are fitted from: as it is noted when it is made. A run's matrix names its parts alone. */
export interface SketchedPart extends MatrixPart {
  /** Per numeric column: rows, mean and sum of squared deviations, to fit the scaling from. */
  readonly numeric: readonly NumericSketch[];
  /** Per category: its values and their counts, sorted by value. */
  readonly categories: readonly (readonly CountedValue[])[];
  /** Per bucket feature at quantiles: its values. Left out where there is none. */
  readonly buckets?: readonly SpreadSketch[];
}

export type CountedValue = readonly [value: string, rows: number];

/** Of the values that are there; missing ones are not among the rows. */
export interface NumericSketch {
  readonly rows: number;
  readonly mean: number;
  readonly m2: number;
  /** Left out where neither a median nor quantiles are asked for. */
  readonly spread?: SpreadSketch;
}

/** How numbers are spread, good for quantiles: rows by bucket (see `bucketOf`), in the order of the buckets. */
export interface SpreadSketch {
  readonly min: number;
  readonly max: number;
  /** Whether all of them are whole numbers. */
  readonly isWhole: boolean;
  readonly buckets: readonly (readonly [bucket: number, rows: number])[];
}

/** The names of a matrix's columns: `numeric` is its width in float32, `categories` its columns of indices. */
export interface MatrixColumns {
  readonly numeric: readonly string[];
  readonly categories: readonly string[];
}

/** What the train window teaches the graph about its inputs. */
export interface Encoders {
  readonly columns: MatrixColumns;
  readonly scaling: readonly ColumnScaling[];
  /**
   * Per category: its values in order; index 0 is every other value, index i + 1 is values[i]. Of a bucket: its ranges;
   * index 0 is the missing value.
   */
  readonly vocabularies: readonly (readonly string[])[];
  /** By bucket feature: the ends of its ranges, ascending. Left out where there is no bucket. */
  readonly cuts?: Readonly<Record<string, readonly number[]>>;
}

/** What becomes of a numeric column, in this order; parts that a column does not need are left out. */
export interface ColumnScaling {
  /** Stands for NaN, which is a missing value. */
  readonly fill?: number;
  /** The value's rank, from 0 to 1, among the train window's: straight lines between these points. */
  readonly ranks?: RankMap;
  /** (value - mean) / deviation; deviation is 1 where the column is constant. */
  readonly mean: number;
  readonly deviation: number;
}

/** Two points or more; `values` ascend, and values beyond the ends have the ends' ranks. */
export interface RankMap {
  readonly values: readonly number[];
  readonly ranks: readonly number[];
}

/** The feature stage's result. Found as an object by its SHA-256, which is its id. */
export interface FeatureMatrix {
  readonly snapshot: string;
  readonly asOf: Hour;
  readonly encoders: Encoders;
  readonly train: readonly MatrixPart[];
  readonly validate: readonly MatrixPart[];
  readonly test: readonly MatrixPart[];
  /** The table of hour `asOf`, which the model package carries. */
  readonly table: TableReference;
}

/** A cached table of one hour: `objects/<sha256>` of JSON `RateTable`s. */
export interface TableReference {
  readonly hour: Hour;
  readonly key: string;
  readonly object: string;
}

/** What `recentRate` features read at one hour, per feature name. */
export type HourTable = Readonly<Record<string, RateTable>>;

/** Per key: settled labels in [hour - over, hour), and the positive ones; keys sorted. */
export interface RateTable {
  /** Of several parts, their texts with the character 0 between them, which no text holds. */
  readonly keys: readonly string[];
  readonly positives: readonly number[];
  readonly totals: readonly number[];
  /** Those of all keys, where the table holds only those that some rows ask for. */
  readonly all?: { readonly positives: number; readonly total: number };
}
