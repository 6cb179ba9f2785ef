import type { TensorType } from '../../core/graph.ts';

/** The port of everything that turns raw columns into scores; onnxruntime is the reference. */
export interface Scorer {
  /** Who scores: the reference, or the compiled program in front of it. */
  readonly kind: 'onnxruntime' | 'compiled';
  /** The columns that it takes, each exactly once: no more, no fewer. */
  readonly inputs: readonly ScorerInput[];
  /** One score in [0, 1] per row. Throws `input.invalid` naming the column (and the row) that does not fit. */
  score(columns: ScorerColumns): Promise<Float32Array>;
  /** As `score`, at once. Left out by scorers in another thread. */
  readonly scoreNow?: (columns: ScorerColumns) => Float32Array;
  /**
   * The score of one row as an object of raw columns, at once. NaN where it does not fit, is for the reference to score, or
   * has no score. Only of the compiled program.
   */
  readonly scoreRow?: (row: unknown) => number;
  /** As `scoreRow`, of values as `score` takes them, in the order of the package's columns. */
  readonly scoreValues?: (values: readonly (number | string | boolean | bigint)[]) => number;
  /** Frees the model once every call under way has ended; later calls are refused. */
  release(): Promise<void>;
}

export interface ScorerInput {
  readonly name: string;
  /** `int64` holds whole numbers and dates (milliseconds UTC). */
  readonly type: TensorType;
}

/** Rows as columns by name, each of them `rows` long. */
export interface ScorerColumns {
  readonly rows: number;
  readonly columns: Readonly<Record<string, ScorerColumn>>;
}

/** Values that fit the input's type, or its typed array: used as it is, without a copy. */
export type ScorerColumn =
  | readonly (number | string | boolean | bigint)[]
  | Float32Array
  | Float64Array
  | BigInt64Array
  | Int32Array
  | Uint8Array;
