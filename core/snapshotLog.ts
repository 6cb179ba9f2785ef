import type { Hour } from './time.ts';

/** A line of a dataset's log: a snapshot that was frozen. At `datasets/<contract>/snapshots/<n>.json`, one for each id. */
export interface SnapshotLogEntry {
  /** Counted from 1. */
  readonly n: number;
  readonly id: string;
  /** The snapshot of the line before; null for the first. */
  readonly parent: string | null;
  readonly contractDigest: string;
  /** Null in the line of a manifest that does not say it. */
  readonly contractVersion: string | null;
  /** Half-open; null where the snapshot has no parts. */
  readonly hours: { readonly from: Hour; readonly to: Hour } | null;
  /** Clean rows, and rows of these hours in quarantine. */
  readonly rows: number;
  readonly quarantined: number;
  /** The workflow that froze it first, such as `run/flights/2001-03-15T12`, and when (ISO, UTC). */
  readonly run: string | null;
  readonly at: string | null;
}
