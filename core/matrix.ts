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
  readonly categories: readonly (readonly (readonly [value: string, rows: number])[])[];
}

export interface NumericSketch {
  readonly rows: number;
  readonly mean: number;
  readonly m2: number;
}

/** The names of a matrix's columns: `numeric` is its width in float32, `categories` its columns of indices. */
export interface MatrixColumns {
  readonly numeric: readonly string[];
  readonly categories: readonly string[];
}

/** What the train window teaches the graph about its inputs. */
export interface Encoders {
  readonly columns: MatrixColumns;
  /** Per numeric column: (value - mean) / deviation; deviation is 1 where the column is constant. */
  readonly scaling: readonly { readonly mean: number; readonly deviation: number }[];
  /** Per category: its values in order; index 0 is the unseen value, index i + 1 is values[i]. */
  readonly vocabularies: readonly (readonly string[])[];
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
  readonly keys: readonly string[];
  readonly positives: readonly number[];
  readonly totals: readonly number[];
}
