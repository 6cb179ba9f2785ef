import { canonicalJson } from '../../core/canonicalJson.ts';
import type { Readmission } from '../../core/readmission.ts';
import { concurrently, storeHands } from '../../storage/concurrently.ts';
import { lastNumber } from '../../storage/lastNumber.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { createJson, readJson, requireJson } from '../../storage/objects.ts';

/** The number of a contract's last readmission; 0 where there is none, which one request tells. */
export function lastReadmission(store: ObjectStore, contract: string): Promise<number> {
  return lastNumber((n) => store.has(recordKey(contract, n)));
}

/** A contract's readmissions, oldest first. */
export async function readReadmissions(store: ObjectStore, contract: string): Promise<Readmission[]> {
  const last = await lastReadmission(store, contract);
  const numbers = Array.from({ length: last }, (_, at) => at + 1);
  return concurrently(numbers, storeHands, (n) => requireJson<Readmission>(store, recordKey(contract, n)));
}

/** Writes a record under the next number; the same rows once more are the last record. */
export async function appendReadmission(
  store: ObjectStore,
  contract: string,
  record: Omit<Readmission, 'n'>,
): Promise<Readmission> {
  for (;;) {
    const last = await lastReadmission(store, contract);
    const before = last === 0 ? undefined : await readJson<Readmission>(store, recordKey(contract, last));
    if (before !== undefined && isSame(before, record)) return before;
    const next: Readmission = { ...record, n: last + 1 };
    if (await createJson(store, recordKey(contract, next.n), next)) return next;
  }
}

function isSame(before: Readmission, { object, moves }: Omit<Readmission, 'n'>): boolean {
  return before.object === object && canonicalJson(before.moves) === canonicalJson(moves);
}

function recordKey(contract: string, n: number): string {
  return `datasets/${contract}/readmissions/${n}.json`;
}
