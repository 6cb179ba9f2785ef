import { deadLeaseMs, type ServingLease } from '../core/routing.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { readHint } from '../storage/objects.ts';

/** What the serving processes of a pipeline last said of themselves, those that have died since included. */
export async function servingLeases(store: ObjectStore, pipeline: string): Promise<ServingLease[]> {
  const keys = await store.list(`serving/${pipeline}/workers/`);
  const leases = await Promise.all(keys.map((key) => readHint<ServingLease>(store, key)));
  return leases.filter((lease) => lease !== undefined);
}

/** A process that ends takes its leases away; those of processes that were killed go once they are long silent. */
export async function removeDeadLeases(store: ObjectStore, pipeline: string, nowMs: number): Promise<void> {
  const dead = (await servingLeases(store, pipeline)).filter(({ at }) => nowMs - at > deadLeaseMs);
  await Promise.all(dead.map(({ id }) => store.remove(`serving/${pipeline}/workers/${id}.json`)));
}
