import { concurrently, storeHands } from '../storage/concurrently.ts';
import type { ObjectStore, StoredEntry } from '../storage/objectStore.ts';
import { openHint, openJson } from '../storage/sealedJson.ts';
import { idsIn, type References, referencesOf } from './references.ts';
import { idsOf, kindOf, type StoredKind } from './storedKind.ts';

/** Who names whom in a store, as it was listed; documents are read when they are asked for, once. */
export interface StoreGraph {
  readonly entries: ReadonlyMap<string, StoredEntry>;
  /** The keys that an id stands for: all files of a trial, a partition's report and its quarantine. */
  keysOf(id: string): readonly string[];
  /** A document as it was read; undefined for what is no JSON. Throws `storage.damaged`. */
  documentOf(key: string): Promise<unknown>;
  referencesOf(key: string): Promise<References>;
  /** The keys, and all that they keep. Throws `storage.damaged` where a document on the way cannot be read. */
  reach(roots: Iterable<string>, held?: Iterable<string>): Promise<Set<string>>;
}

export function storeGraph(store: ObjectStore, listed: readonly StoredEntry[]): StoreGraph {
  const entries = new Map(listed.map((entry) => [entry.key, entry]));
  const byId = keysById(entries.keys());
  const read = new Map<string, Promise<References>>();
  const held = (key: string): Promise<References> => {
    const there = read.get(key) ?? hold(store, key, entries.get(key)?.bytes ?? 0);
    read.set(key, there);
    return there;
  };
  const keysOf = (id: string): readonly string[] => byId.get(id) ?? [];
  return {
    entries,
    keysOf,
    documentOf: async (key) => readDocument(store, key),
    referencesOf: held,
    async reach(roots, others = []) {
      const reached = new Set<string>(others);
      const opened = new Set<string>();
      let next = [...new Set(roots)].filter((key) => entries.has(key));
      while (next.length > 0) {
        for (const key of next) reached.add(key) && opened.add(key);
        const found = await concurrently(next, storeHands, held);
        const named = new Set(found.flatMap((one) => one.follow).flatMap(keysOf));
        for (const key of found.flatMap((one) => one.hold).flatMap(keysOf)) {
          // A document is looked into by whoever uses it, so what it names must be there.
          if (kindOf(key) === 'object') reached.add(key);
          else named.add(key);
        }
        next = [...named].filter((key) => !opened.has(key));
      }
      return reached;
    },
  };
}

function keysById(keys: Iterable<string>): Map<string, string[]> {
  const byId = new Map<string, string[]>();
  for (const key of keys) {
    if (rowsApart.has(kindOf(key))) continue;
    for (const id of idsOf(key)) {
      const there = byId.get(id);
      if (there === undefined) byId.set(id, [key]);
      else there.push(key);
    }
  }
  return byId;
}

/** Files of rows, or of counts of them, that nothing names. */
const rowsApart: ReadonlySet<StoredKind> = new Set(['predictions', 'traffic', 'feedback']);

/** What is many, or large, and names nothing of its own. */
const unread: ReadonlySet<StoredKind> = new Set(['alert entry', 'ledger page']);

/** What a key names itself counts as well: a pin is a key. */
async function hold(store: ObjectStore, key: string, bytes: number): Promise<References> {
  const isRead = bytes <= largestDocument && !unread.has(kindOf(key));
  const value = isRead ? await readDocument(store, key) : undefined;
  const references = value === undefined ? nothing : referencesOf(key, value);
  const follow =
    kindOf(key) === 'pin' || kindOf(key) === 'unknown' ? [...references.follow, ...idsIn(key)] : references.follow;
  return { ...references, follow };
}

/** Bytes. What is larger holds rows. */
const largestDocument = 64 << 20;

/** Whose loss is no harm. An object has the bytes that its name says, whether they are JSON or only begin as such. */
const mayBeLost = new Set(['hint', 'lease', 'copy of the ledger', 'ledger page', 'upkeep', 'object']);

/** Files of rows are told by their names, or by their first byte. */
async function readDocument(store: ObjectStore, key: string): Promise<unknown> {
  const kind = kindOf(key);
  if (kind !== 'object' && !key.endsWith('.json')) return undefined;
  const stored = await store.read(key);
  if (stored === undefined || (kind === 'object' && !isJson(stored.bytes))) return undefined;
  return mayBeLost.has(kind) ? openHint(key, stored.bytes) : openJson(key, stored.bytes);
}

function isJson(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7b || bytes[0] === 0x5b;
}

const nothing: References = { follow: [], hold: [], mention: [] };
