import type { ContractPlan } from './contractPlan.ts';
import type { FileDigest } from './sourceChanges.ts';
import type { Hour } from './time.ts';

/** One version of one hour of source data, validated once. Found at `datasets/<contract>/partitions/<key>/report.json`. */
export interface PartitionVersion {
  readonly hour: Hour;
  /** SHA-256 over contract, hour, order-free hash and count of its source rows, and the code version. */
  readonly key: string;
  /** Rows read from the source, and those of them that went to quarantine. */
  readonly read: number;
  readonly quarantined: number;
  /** Clean rows. */
  readonly rows: number;
  /** `objects/<sha256>` of the clean rows as Parquet, in canonical order; null for an empty hour. */
  readonly object: string | null;
  /** SHA-256 of the clean rows' logical content in canonical order: what a snapshot's id is made of. */
  readonly content: string;
  /** Rows in quarantine per broken rule, by the rule's id; a row with two reasons counts for both. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Rows per broken rule of severity `warn`, clean or not; not there in partitions of earlier versions. */
  readonly warnings?: Readonly<Record<string, number>>;
  /** `objects/<sha256>` of the `RowsSketch` of its clean rows; null where it has none, not there in earlier versions. */
  readonly sketches?: string | null;
  /** Which version of the hour's source rows it was made of: see `sourceVersion`; not there in partitions of earlier versions. */
  readonly source?: string;
  /** The rows of people's mending in it, by record; not there where no record holds for it. */
  readonly readmitted?: readonly ReadmittedCount[];
  /** How it was judged against other hours and contracts, where rules look at them. */
  readonly across?: AcrossJudgement;
}

/** What a readmission, by its number, did to a partition. */
export interface ReadmittedCount {
  readonly record: number;
  /** Mended rows that are clean rows of it. */
  readonly rows: number;
  /** Rows that had no event time, and lie in an hour since they were mended. */
  readonly gone: number;
}

/** What a partition was compared with beyond its own rows. */
export interface AcrossJudgement {
  /** SHA-256 over the key of the partition by itself, the rules that look further, and what they looked at. */
  readonly key: string;
  /** The partition by itself; null where this version is the same. */
  readonly base: PartitionVersion | null;
  /** The snapshots of other contracts that it was judged against, by contract. */
  readonly snapshots: Readonly<Record<string, string>>;
}

/** A frozen, content-addressed set of rows. Its manifest lies at `snapshots/<id>.json`. */
export interface Snapshot {
  readonly format: 1;
  /** `sn1-` and the SHA-256 of {format, contract, schema, order, [hour, rows, content] per part}. */
  readonly id: string;
  readonly contract: string;
  /** SHA-256 of the contract's section of the plan, and the object that holds it. */
  readonly contractDigest: string;
  /** In the order of their hours, empty hours included. */
  readonly parts: readonly PartitionVersion[];
  /** Where it came from: of whoever froze it first, and no part of its id. Manifests of earlier versions lack it. */
  readonly origin?: SnapshotOrigin;
}

/** As a snapshot lies in the store: what grows with its window is named, not held (decision 10). */
export interface SnapshotManifest extends Omit<Snapshot, 'parts' | 'origin'> {
  /** SHA-256 of the list of its parts, a chunk for each day. */
  readonly partitions: string;
  /** `files` is the SHA-256 of the list of its sources. */
  readonly origin: Omit<SnapshotOrigin, 'sources'> & { readonly files: string };
}

export interface SnapshotOrigin {
  readonly contractVersion: string;
  /** What tells two rows of a part apart, and how its rows are ordered. */
  readonly key: ContractPlan['key'];
  readonly order: string;
  /** Rows of these hours in quarantine, in all and per rule; rows without an event time are not among them. */
  readonly quarantined: number;
  readonly reasons: Readonly<Record<string, number>>;
  /** The rows without an event time that the source held then; null where there were none. */
  readonly undated: PartitionVersion | null;
  /** The source's files with rows of these hours, as they were indexed. */
  readonly sources: readonly FileDigest[];
}
