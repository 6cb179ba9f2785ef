/**
 * The port of everything durable: a flat space of keys (`ledger/7.json`), bytes under them, and three ways to write.
 * `checkKey` says which keys there are; all methods throw `input.invalid` for others. No key may be another's folder.
 *
 * An etag names bytes, not a write: after A, B and A again the etag of the first A still holds. Whatever is swapped
 * carries a number or a name that no two of its states share.
 */
export interface ObjectStore {
  /**
   * The bytes under a key and the etag that names this state of them, or undefined. Throws `storage.damaged` where the
   * key names the digest of other bytes.
   */
  read(key: string): Promise<StoredObject | undefined>;
  has(key: string): Promise<boolean>;
  /**
   * Writes once: true if this call created the key, false if it was there (which is left as it was). The bytes are the
   * caller's again once it ends.
   */
  create(key: string, bytes: Uint8Array): Promise<boolean>;
  /** As `create`, from a file on this machine, without holding it in memory. */
  createFromFile(key: string, path: string): Promise<boolean>;
  /**
   * Replaces what `etag` names (null: nothing there yet): the new etag, or undefined if another came first. An etag
   * comes from this store's `read` or `swap`.
   */
  swap(key: string, bytes: Uint8Array, etag: string | null): Promise<string | undefined>;
  /** Writes whatever was there: for leases and hints, never for what must not be lost. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** All keys that begin with `prefix`, sorted. */
  list(prefix: string): Promise<string[]>;
  /** As `list`, with what is known of each object without reading it. */
  entries(prefix: string): Promise<StoredEntry[]>;
  /** SHA-256 of the bytes that are stored now, however many, read from the store itself; undefined if nothing is there. */
  digest(key: string): Promise<string | undefined>;
  remove(key: string): Promise<void>;
  /**
   * A file on this machine with the object's bytes, for libraries that read files; never to be written to. Where the
   * key names their digest, it was checked. Throws `storage.missing`, `storage.damaged`.
   */
  file(key: string): Promise<string>;
}

export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly etag: string;
}

export interface StoredEntry {
  readonly key: string;
  readonly bytes: number;
  /** When the bytes were written, milliseconds UTC, by the clock of the store. */
  readonly modifiedMs: number;
}
