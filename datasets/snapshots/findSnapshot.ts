import type { ContractPlan } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { getObjectJson } from '../../storage/objects.ts';
import { readManifest } from './snapshotManifest.ts';

/**
 * A snapshot by its id, or by the beginning of one that no other has, with or without `sn1-`. Throws `snapshot.unknown`,
 * naming those that were meant, if there are several.
 */
export async function findSnapshot(store: ObjectStore, name: string): Promise<Snapshot> {
  const digits = name.replace(/^sn1-/, '');
  const found = /^[0-9a-f]+$/.test(digits) ? await store.list(`snapshots/sn1-${digits}`) : [];
  const [key, another] = found;
  if (key === undefined) throw unknown(name, 'no snapshot');
  if (another !== undefined) throw unknown(name, `the beginning of ${found.length} ids: ${shown(found)}`);
  return readManifest(store, key);
}

/** The contract that a snapshot was judged by; undefined where an earlier version of the engine froze it. */
export async function contractOfSnapshot(store: ObjectStore, snapshot: Snapshot): Promise<ContractPlan | undefined> {
  return snapshot.origin === undefined ? undefined : getObjectJson<ContractPlan>(store, snapshot.contractDigest);
}

function unknown(name: string, came: string): WhetError {
  const expected = "a snapshot's id, or the beginning of one";
  return new WhetError('snapshot.unknown', { expected, came: `'${name}', ${came}` });
}

function shown(keys: readonly string[]): string {
  const ids = keys.slice(0, 3).map((key) => key.slice('snapshots/'.length, -'.json'.length));
  return `${ids.join(', ')}${keys.length > ids.length ? ' …' : ''}`;
}
