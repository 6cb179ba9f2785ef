import type { Erasure } from '../../core/erasure.ts';
import { concurrently, storeHands } from '../../storage/concurrently.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { createJson, requireJson } from '../../storage/objects.ts';

/** The erasures of a contract's rows, oldest first. */
export async function readErasures(store: ObjectStore, contract: string): Promise<Erasure[]> {
  const keys = (await store.list(folderOf(contract))).filter((key) => !key.endsWith(doneEnding));
  const erasures = await concurrently(keys, storeHands, (key) => requireJson<Erasure>(store, key));
  return erasures.sort((a, b) => a.n - b.n);
}

/** Those of which a kill may have left something. */
export async function unfinishedErasures(store: ObjectStore, contract: string): Promise<Erasure[]> {
  const keys = new Set(await store.list(folderOf(contract)));
  return (await readErasures(store, contract)).filter(({ n }) => !keys.has(`${folderOf(contract)}${n}${doneEnding}`));
}

/** All that a tombstone names is gone: whatever lies under these keys later was written later. */
export async function markFinished(store: ObjectStore, contract: string, n: number): Promise<void> {
  await createJson(store, `${folderOf(contract)}${n}${doneEnding}`, { n });
}

const doneEnding = '-done.json';

/** Writes the tombstone under the next number. */
export async function appendErasure(
  store: ObjectStore,
  contract: string,
  erasure: Omit<Erasure, 'n'>,
): Promise<Erasure> {
  for (let n = (await readErasures(store, contract)).length + 1; ; n += 1) {
    const numbered: Erasure = { ...erasure, n };
    if (await createJson(store, `${folderOf(contract)}${n}.json`, numbered)) return numbered;
  }
}

/** Every key that was removed on purpose, of all contracts: that it is missing is no damage. */
export async function erasedKeys(store: ObjectStore): Promise<Set<string>> {
  const keys = (await store.list('datasets/')).filter((key) => /^datasets\/[^/]+\/erasures\/\d+\.json$/.test(key));
  const erasures = await concurrently(keys, storeHands, (key) => requireJson<Erasure>(store, key));
  return new Set(erasures.flatMap((erasure) => erasure.keys));
}

function folderOf(contract: string): string {
  return `datasets/${contract}/erasures/`;
}
