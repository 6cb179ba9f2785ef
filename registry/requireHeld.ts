import { WhetError } from '../core/errors.ts';
import type { VersionRecord } from '../core/ledger.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { objectKey } from '../storage/objects.ts';

/** Throws `version.swept` where a version's package or model is not in the store any more. */
export async function requireHeld(store: ObjectStore, pipeline: string, record: VersionRecord): Promise<void> {
  for (const [what, id] of Object.entries({ package: record.package, model: record.digest })) {
    if (await store.has(objectKey(id))) continue;
    throw new WhetError('version.swept', {
      expected: `the ${what} of version ${record.version} of '${pipeline}' in the store`,
      came: `nothing at ${objectKey(id)}`,
    });
  }
}
