import { randomUUID } from 'node:crypto';
import type { Check } from '../core/check.ts';
import { catalogue, WhetError } from '../core/errors.ts';
import type { LedgerEntry } from '../core/ledger.ts';
import type { Routing } from '../core/routing.ts';
import type { Snapshot, SnapshotManifest } from '../core/snapshot.ts';
import { openManifest } from '../datasets/snapshots/snapshotManifest.ts';
import { everyEntry } from '../registry/ledgerEntries.ts';
import type { ObjectStore, StoredEntry } from '../storage/objectStore.ts';
import { objectKey, readHint, readJson } from '../storage/objects.ts';
import { pipelinesIn } from './checkLedgers.ts';
import { kindOf } from './storedKind.ts';

/** What can be said of a store without reading all of it. A store that cannot be reached ends the list. */
export async function quickChecks(store: ObjectStore): Promise<Check[]> {
  const writable = await checked('the store', () => writeAndRead(store));
  if (!writable.ok) return [writable];
  const entries = await store.entries('');
  const ledgers = pipelinesIn(entries).map((pipeline) =>
    checked(`the ledger of ${pipeline}`, () => checkLedger(store, pipeline)),
  );
  const snapshots = await checked('the snapshots', () => checkSnapshots(store, entries));
  return [writable, ...(await Promise.all(ledgers)), snapshots];
}

/** A check that ends with a sentence, or with an error of the catalogue. */
export async function checked(name: string, check: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, found: await check() };
  } catch (error) {
    if (isOfSystem(error))
      return { name, ok: false, found: error.message, todo: 'See that it is there and may be used.' };
    if (!(error instanceof WhetError)) throw error;
    const { expected, came, todo } = error.facts;
    return { name, ok: false, found: `expected ${expected}, but came ${came}`, todo };
  }
}

/** A disk that is full, gone, or another's. */
function isOfSystem(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error;
}

/** Every way to write, under a key that nobody else uses. */
async function writeAndRead(store: ObjectStore): Promise<string> {
  const key = `upkeep/probe-${randomUUID()}`;
  const bytes = Buffer.from('probe');
  try {
    const created = await store.create(key, bytes);
    const again = await store.create(key, bytes);
    const held = await store.read(key);
    const swapped = held === undefined ? undefined : await store.swap(key, Buffer.from('swapped'), held.etag);
    const isRight = created && !again && held !== undefined && bytes.equals(held.bytes) && swapped !== undefined;
    if (isRight) return 'takes what is written, once, and gives it again';
  } finally {
    await store.remove(key);
  }
  throw new WhetError('storage.refused', {
    expected: 'a store that creates once and swaps what an etag names',
    came: 'one that does not',
  });
}

/** The copies may be behind: they are rolled forward by whoever needs them. */
async function checkLedger(store: ObjectStore, pipeline: string): Promise<string> {
  const ledger = await everyEntry(store, pipeline);
  const head = ledger.at(-1)?.entry;
  const copy = await readHint<{ readonly n: number }>(store, `models/${pipeline}/aliases.json`);
  const routing = await readHint<Routing>(store, `serving/${pipeline}/routing.json`);
  requireBehind('aliases.json', copy?.n ?? 0, head);
  requireBehind('routing.json', routing?.ledger ?? 0, head);
  const answers = head?.routing.version ?? null;
  const champion = routing?.champion?.version ?? null;
  const isAlike = routing?.epoch !== head?.routing.epoch || champion === answers;
  if (!isAlike) throw disagreeing(pipeline, answers, champion);
  const late = copy?.n === head?.n && routing?.epoch === (head?.routing.epoch ?? 0) ? '' : '; its copies are behind';
  return `${ledger.length} entries in an unbroken chain, ${answers === null ? 'no version' : `version ${answers}`} answers${late}`;
}

function requireBehind(copy: string, n: number, head: LedgerEntry | undefined): void {
  if (n <= (head?.n ?? 0)) return;
  throw new WhetError('ledger.broken', {
    expected: `an entry ${n}, which ${copy} follows`,
    came: `${head?.n ?? 0} entries`,
  });
}

function disagreeing(pipeline: string, answers: number | null, champion: number | null): WhetError {
  return new WhetError('routing.invalid', {
    expected: `version ${answers} of ${pipeline}, as its ledger says`,
    came: `version ${champion} in routing.json`,
  });
}

async function checkSnapshots(store: ObjectStore, entries: readonly StoredEntry[]): Promise<string> {
  const keys = new Set(entries.map(({ key }) => key));
  const manifests = [...keys].filter((key) => kindOf(key) === 'snapshot');
  for (const key of manifests) {
    const manifest = await readJson<SnapshotManifest | Snapshot>(store, key);
    if (manifest === undefined) continue;
    const { parts } = await openManifest(store, manifest);
    const lost = parts.find(({ object }) => object !== null && !keys.has(objectKey(object)));
    if (lost !== undefined && (await store.has(key))) throw lostPart(key, lost.hour, lost.object);
  }
  return `${manifests.length}, each with all its parts`;
}

function lostPart(key: string, hour: string, object: string | null): WhetError {
  return new WhetError('storage.missing', {
    expected: `the rows of ${hour} of ${key}`,
    came: `no objects/${object}`,
    todo: catalogue['storage.missing'].todo,
  });
}
