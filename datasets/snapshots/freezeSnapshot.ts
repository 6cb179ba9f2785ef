import type { ContractPlan } from '../../core/contractPlan.ts';
import type { PartitionVersion, Snapshot } from '../../core/snapshot.ts';
import { digestOfValue } from '../../storage/digest.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { createJson, putJson, readJson, requireJson } from '../../storage/objects.ts';

/** Part of a snapshot's identity: raise it when the same rows are frozen otherwise. */
export const snapshotVersion = 1;

/**
 * Freezes partitions under an id that is made of their logical content alone, so that the same rows give the same id on
 * any run. The manifest is written once; a later call with the same id gets the one that is there.
 */
export async function freezeSnapshot(
  store: ObjectStore,
  contract: ContractPlan,
  parts: readonly PartitionVersion[],
): Promise<Snapshot> {
  const id = snapshotId(contract, parts);
  const contractDigest = digestOfValue(contract);
  const snapshot: Snapshot = { format: snapshotVersion, id, contract: contract.id, contractDigest, parts };
  await createJson(store, manifestKey(id), snapshot);
  await putJson(store, latestKey(contract.id), { snapshot: id });
  return readSnapshot(store, id);
}

/** A snapshot's manifest by its id. Throws `storage.missing`. */
export function readSnapshot(store: ObjectStore, id: string): Promise<Snapshot> {
  return requireJson<Snapshot>(store, manifestKey(id));
}

/** The snapshot that was frozen last, to look for partitions in: a hint, not a decision. */
export async function latestSnapshot(store: ObjectStore, contractId: string): Promise<Snapshot | undefined> {
  const hint = await readJson<{ snapshot: string }>(store, latestKey(contractId));
  return hint === undefined ? undefined : readJson<Snapshot>(store, manifestKey(hint.snapshot));
}

/** How a part's rows are ordered; in the id, since a trainer that reads them in another order trains another model. */
const order = 'event time, columns as declared, nulls first';

function snapshotId(contract: ContractPlan, parts: readonly PartitionVersion[]): string {
  const columns = contract.columns.map(({ name, type }) => [name, type]);
  const schema = digestOfValue({ columns, key: contract.key, eventTime: contract.eventTime });
  const content = parts.map(({ hour, rows, content }) => [hour, rows, content]);
  return `sn1-${digestOfValue({ format: snapshotVersion, contract: contract.id, schema, order, parts: content })}`;
}

function manifestKey(id: string): string {
  return `snapshots/${id}.json`;
}

function latestKey(contractId: string): string {
  return `datasets/${contractId}/latest.json`;
}
