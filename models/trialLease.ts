import { WhetError } from '../core/errors.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { createJson, putJson, readHint } from '../storage/objects.ts';

/** Who runs a trial. */
export interface TrialHolder {
  /** Unique per start. */
  readonly nonce: string;
  readonly pid: number;
  /** Milliseconds UTC. */
  readonly at: number;
}

/**
 * Records a start (create-only, so that a double run would be seen) and takes the lease, from whoever held it: the last
 * one to start goes on, all others stop at their next write.
 */
export async function takeLease(store: ObjectStore, key: string, holder: TrialHolder): Promise<void> {
  const { nonce, pid, at } = holder;
  const [isNew] = await Promise.all([
    createJson(store, `trials/${key}/starts/${nonce}.json`, { pid, at }),
    putJson(store, leaseKey(key), { nonce }),
  ]);
  if (isNew) return;
  throw new WhetError('input.invalid', { expected: 'a nonce of its own per start', came: `'${nonce}' again` });
}

/** Throws `trial.lease-lost` unless the lease still names this nonce. Asked before each write. */
export async function checkLease(store: ObjectStore, key: string, nonce: string): Promise<void> {
  const lease = await readHint<{ readonly nonce: string }>(store, leaseKey(key));
  if (lease?.nonce === nonce) return;
  const came = lease === undefined ? `no ${leaseKey(key)}` : `'${lease.nonce}' in ${leaseKey(key)}`;
  throw new WhetError('trial.lease-lost', { expected: `the lease of '${nonce}'`, came });
}

function leaseKey(key: string): string {
  return `trials/${key}/lease.json`;
}
