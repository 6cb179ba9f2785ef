import type { ColumnType } from './contractPlan.ts';
import type { RefreshedFrom } from './ledger.ts';
import type { Encoders } from './matrix.ts';
import type { Hour } from './time.ts';
import type { Candidate } from './trial.ts';

/** A model package: one ONNX graph from raw columns to score, and all that proves it. An object; its SHA-256 is its id. */
export interface ModelPackage {
  readonly format: 1;
  readonly pipeline: string;
  readonly plan: string;
  readonly asOf: Hour;
  /** What was trained; `own` where the network was trained elsewhere. */
  readonly candidate: Candidate | OwnCandidate;
  /** `digest` is the SHA-256 of `model.onnx`, under which it lies in `objects/`; `network` that of `network.onnx`. */
  readonly model: { readonly digest: string; readonly bytes: number };
  readonly network: { readonly digest: string; readonly bytes: number };
  /** Exactly the raw columns that the graph takes, sorted by name. */
  readonly inputs: readonly RawColumn[];
  readonly encoders: Encoders;
  /** `objects/<sha256>` of the `HourTable` of `asOf`. */
  readonly table: string;
  /**
   * At or above it the answer is positive. Chosen on the validation rows: the first profile's, or for the largest F1
   * where the plan has no profiles.
   */
  readonly threshold: number;
  /** The threshold of least expected cost on the validation rows, by each profile of the plan; left out without any. */
  readonly profiles?: readonly { readonly name: string; readonly threshold: number }[];
  readonly answer: { readonly positive: string; readonly negative: string };
  readonly golden: GoldenRows;
  /** Of the validation rows; left out where a package came without. */
  readonly sketches?: ReferenceSketches;
  readonly lineage: Lineage;
}

/** A network that came as an ONNX model: its file's name, for people. */
export interface OwnCandidate {
  readonly learner: 'own';
  readonly parameters: { readonly file: string };
}

/** What a package was made of, by what. Packages of earlier code lack `backend` and the fields after it. */
export interface Lineage {
  readonly snapshot: string;
  readonly matrix: string;
  /** The trial's key; left out of a network of one's own. */
  readonly trial?: string;
  /** `objects/<sha256>` of the ONNX model that a network of one's own came as. */
  readonly model?: string;
  readonly backend?: string;
  /** Set where only the tables are newer than the package before: all else in this lineage is that of the weights. */
  readonly refresh?: RefreshLineage;
  /** `objects/<sha256>` of the model package whose weights the trial began with. */
  readonly warmStart?: string;
  /** The search's. */
  readonly seed?: number;
  /** Partitions' rows, settled or not. */
  readonly rows?: { readonly train: number; readonly validate: number };
  /** Code versions of the package, its learner and its kinds of features. */
  readonly code?: Readonly<Record<string, number>>;
}

/** What a refresh was made of: the version before, its package, and the snapshot that the tables were counted from. */
export interface RefreshLineage extends RefreshedFrom {
  /** `objects/<sha256>` of the `ModelPackage`. */
  readonly package: string;
  readonly snapshot: string;
}

/** How the features and scores of some rows are spread: what rows to come are compared with. */
export interface ReferenceSketches {
  readonly rows: number;
  /** By the matrix's numeric column, before scaling. */
  readonly numbers: Readonly<Record<string, NumberSketch>>;
  /** By category feature, buckets among them. */
  readonly categories: Readonly<Record<string, CategorySketch>>;
  readonly score: NumberSketch;
}

export interface NumberSketch {
  /** Rows without a value. */
  readonly missing: number;
  /** The values of the ranks ceil(share x rows) at shares 0, 1/32, … 1; none where no row has a value. */
  readonly quantiles: readonly number[];
}

export interface CategorySketch {
  /** The 100 values with the most rows, from most to fewest. */
  readonly values: readonly (readonly [value: string, rows: number])[];
  /** Rows whose value is not in the vocabulary, or missing from a bucket. */
  readonly unknown: number;
  /** All other rows. */
  readonly others: number;
}

export interface RawColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
}

/** Rows with known scores, as columns. Dates are milliseconds UTC; of a nullable column, booleans are 1 and 0. */
export interface GoldenRows {
  readonly columns: Readonly<Record<string, readonly (number | string | boolean | null)[]>>;
  readonly scores: readonly number[];
}
