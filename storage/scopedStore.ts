import type { ObjectStore, StoredEntry } from './objectStore.ts';

/**
 * A store in which what is made by content is shared with all others, and everything else (ledgers, records, alerts,
 * what came last) lies below `scope`: a replay finds what was computed before, leaves what it computes to whoever asks
 * next, and changes nothing that is real. What another contract's rows refer to is looked up where it really is.
 */
export function scopedStore(store: ObjectStore, scope: string): ObjectStore {
  const held = scopes.get(store) ?? new Map<string, ObjectStore>();
  scopes.set(store, held);
  const made = held.get(scope) ?? openScope(store, `${scope}/`);
  held.set(scope, made);
  return made;
}

/** The same one each time: hints are remembered by their store. */
const scopes = new WeakMap<ObjectStore, Map<string, ObjectStore>>();

function openScope(store: ObjectStore, prefix: string): ObjectStore {
  const own = (key: string): string => (isShared(key) ? key : `${prefix}${key}`);
  const stripped = <E extends Pick<StoredEntry, 'key'>>(entry: E): E => ({
    ...entry,
    key: entry.key.slice(prefix.length),
  });
  return {
    async read(key) {
      const found = await store.read(own(key));
      return found === undefined && isLatest.test(key) ? store.read(key) : found;
    },
    has: (key) => store.has(own(key)),
    create: (key, bytes) => store.create(own(key), bytes),
    createFromFile: (key, path) => store.createFromFile(own(key), path),
    swap: (key, bytes, etag) => store.swap(own(key), bytes, etag),
    put: (key, bytes) => store.put(own(key), bytes),
    async list(folder) {
      const ours = (await store.list(`${prefix}${folder}`)).map((key) => key.slice(prefix.length));
      return [...(await store.list(folder)).filter(isShared), ...ours].sort();
    },
    async entries(folder) {
      const ours = (await store.entries(`${prefix}${folder}`)).map(stripped);
      return [...(await store.entries(folder)).filter(({ key }) => isShared(key)), ...ours].sort(byKey);
    },
    digest: (key) => store.digest(own(key)),
    remove: (key) => store.remove(own(key)),
    file: (key) => store.file(own(key)),
  };
}

/** Content-addressed, or the same for whoever asks, now or in the past. */
function isShared(key: string): boolean {
  return shared.test(key) && !/\/sources\/seen-/.test(key);
}

const shared =
  /^(?:objects|stages|trials|checkpoints|plans|work|upkeep)\/|^snapshots\/|^datasets\/[^/]+\/(?:partitions|sources|sketches|readmissions|erasures)\//;

/** Where to look for partitions, or for the rows that others refer to: a hint, which a scope lacks until it has its own. */
const isLatest = /^datasets\/[^/]+\/latest\.json$/;

function byKey(a: StoredEntry, b: StoredEntry): number {
  return a.key < b.key ? -1 : Number(a.key > b.key);
}
