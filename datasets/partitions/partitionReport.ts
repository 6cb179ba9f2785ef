import type { PartitionVersion } from '../../core/snapshot.ts';

/** What validation found in one partition. Written last, create-only: with it the partition is done. */
export interface PartitionReport {
  readonly format: 1;
  /** The code version that wrote it: what its content's digest means. Reports of earlier versions lack it. */
  readonly version?: number;
  readonly contract: string;
  readonly partition: PartitionVersion;
  /** The first bad rows, at most `sampleRows`; all of them are in quarantine.parquet beside it. */
  readonly sample: readonly QuarantinedRow[];
}

export const sampleRows = 10;

/** A bad row with all its reasons. */
export interface QuarantinedRow {
  readonly hour: string;
  /** Its ordinal among the source's rows of that hour, in the order of the file, from 0. */
  readonly row: number;
  /** Ids of all the rules that it breaks. */
  readonly reasons: readonly string[];
  /** The source's values as text, by column. */
  readonly values: Readonly<Record<string, string | null>>;
  /** The text of a line that could not be taken apart; null for all others. */
  readonly malformed: string | null;
  /** The source file in which it was found. */
  readonly file: string | null;
  /** Its line in an NDJSON file, from 1; null for other kinds. */
  readonly line: number | null;
}
