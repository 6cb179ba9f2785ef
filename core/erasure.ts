/**
 * A person's rows that were erased: the tombstone at `datasets/<contract>/erasures/<n>.json`, written before anything is
 * removed. It holds nothing of the person: the value is a salted hash.
 */
export interface Erasure {
  /** Counted from 1. */
  readonly n: number;
  /** ISO time, UTC. */
  readonly at: string;
  readonly by: string;
  readonly why: string;
  /** The column that names the person. */
  readonly column: string;
  readonly salt: string;
  /** SHA-256 of the salt and the value, so that someone who knows the value can tell that it was erased. */
  readonly value: string;
  /** Rows that held it, in what was removed; a row may lie in several versions of its hour. */
  readonly rows: ErasedRows;
  /** The keys that were removed. */
  readonly keys: readonly string[];
  /** Snapshots that cannot be read as a whole any more. */
  readonly snapshots: readonly string[];
}

export interface ErasedRows {
  readonly clean: number;
  readonly quarantined: number;
  /** In copies of source files as the engine keeps them. */
  readonly staged: number;
  /** In the log of predictions. */
  readonly predicted: number;
  /** In the log of labels that came back; left out by erasures before it was looked through. */
  readonly labels?: number;
}
