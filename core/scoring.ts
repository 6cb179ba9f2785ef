import type { ColumnPlan, SourceKind } from './contractPlan.ts';

/** What is scored by what, and into what: pinned when a scoring begins, whatever an alias means later. */
export interface Scoring {
  readonly pipeline: string;
  readonly version: number;
  /** `objects/<sha256>` of the model package. */
  readonly package: string;
  /** SHA-256 of `model.onnx`. */
  readonly digest: string;
  readonly threshold: number;
  readonly answer: { readonly positive: string; readonly negative: string };
  /** The columns that the model takes, as the pipeline's contract reads them. */
  readonly inputs: readonly ColumnPlan[];
  /** Of CSV: texts that stand for null. */
  readonly nulls: readonly string[];
  readonly in: string;
  readonly out: string;
  readonly key: readonly string[];
  /** Columns to keep beside the key; null for all. */
  readonly columns: readonly string[] | null;
  /** Most rows of an output partition. */
  readonly rows: number;
  /** Largest share of rows that may be refused. */
  readonly refuseAtMost: number;
}

/** An input file that was opened: what is to be known of it to score any piece of it, on any machine that sees it. */
export interface OpenedInput {
  /** Its place among the input's files, from 0. */
  readonly place: number;
  /** As seen from the engine's folder, or an address. */
  readonly path: string;
  readonly kind: SourceKind;
  /** SHA-256 of its bytes. */
  readonly digest: string;
  /** How a Parquet file of a file system looked when it was digested: text for people. */
  readonly stamp?: string;
  /** The Parquet objects that a file of text was turned into, in order; null where the file itself is Parquet. */
  readonly staged: readonly string[] | null;
  /** The names of the input's columns to keep, in order. */
  readonly kept: readonly string[];
  /** DuckDB's type of each column that is read: the model's, then those kept that are not among them. */
  readonly types: readonly string[];
  /** Rows of the file itself, or of each staged object. */
  readonly rows: readonly number[];
}

/** Rows of one file that become one output partition. */
export interface ScorePartition {
  /** Follows from the bytes of the input, the rows, the model and the columns kept, and from nothing else. */
  readonly name: string;
  readonly input: OpenedInput;
  /** Which of the input's staged objects; 0 where the file itself is Parquet. */
  readonly part: number;
  /** Rows `from` to `to`, the last one left out. */
  readonly from: number;
  readonly to: number;
}

/** What became of a partition: at `_parts/<name>.json` of the output. */
export interface ScoredPartition {
  readonly name: string;
  /** The input file's SHA-256 and its name. */
  readonly digest: string;
  readonly file: string;
  /** Scored, each of which stands in `<name>.parquet`. */
  readonly rows: number;
  /** Not scored, each of which stands in `_refused/<name>.ndjson`. */
  readonly refused: number;
}

/** What a scoring came to. */
export interface ScoringOutcome {
  readonly partitions: number;
  /** Partitions that were there before. */
  readonly reused: number;
  readonly rows: number;
  readonly refused: number;
  /** Rows that were scored now. */
  readonly scored: number;
  /** Partitions of other scorings beside these in the output. */
  readonly others: number;
  /** The manifest's key in the output: `_scores/<id>.json`. */
  readonly manifest: string;
}

/** What `whet score` tells. */
export interface ScoringSummary extends ScoringOutcome {
  readonly pipeline: string;
  readonly version: number;
  readonly digest: string;
  readonly output: string;
  readonly seconds: number;
  readonly rowsPerSecond: number;
}
