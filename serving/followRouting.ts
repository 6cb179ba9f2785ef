import { WhetError } from '../core/errors.ts';
import type { Routing } from '../core/routing.ts';
import type { ObjectStore, StoredObject } from '../storage/objectStore.ts';
import { atMost } from './atMost.ts';
import type { KeptVersions } from './keptVersions.ts';
import { parseRouting } from './parseRouting.ts';
import type { ServedPipeline } from './servedPipeline.ts';
import type { StoreTeller } from './storeStanding.ts';

export interface FollowOptions {
  readonly store: ObjectStore;
  /** What to start with where the store does not answer; undefined: nothing. */
  readonly kept?: KeptVersions | undefined;
  /** How long the store is waited for at the start before that is used. */
  readonly patienceMs: number;
  /** How long a version that was refused is left alone. */
  readonly retryAfterMs: number;
  readonly tell: StoreTeller;
  readonly report: (line: string) => void;
  readonly clock: () => number;
}

/**
 * Reads one routing each time it is called, and follows it where it has changed, or where its version was refused some
 * time ago. Where the store gives none at the start, it is the one that is kept on this machine.
 */
export function followRouting(options: FollowOptions, served: ServedPipeline): () => Promise<void> {
  const { store, kept, patienceMs, tell, clock } = options;
  const key = `serving/${served.pipeline}/routing.json`;
  let etag: string | undefined;
  let retryAt = Number.POSITIVE_INFINITY;
  const follow = async (routing: Routing, source: 'kept' | 'store'): Promise<void> => {
    const before = served.slots.epoch;
    retryAt = clock() + options.retryAfterMs;
    if (await served.follow(routing)) retryAt = Number.POSITIVE_INFINITY;
    if (served.slots.epoch !== routing.epoch) return;
    if (before !== routing.epoch) options.report(inForce(routing));
    tell.follows(served.pipeline, source, routing.epoch);
    if (source === 'store') await kept?.keep(routing);
  };
  const firstRead = async (from: KeptVersions): Promise<StoredObject | undefined> => {
    const reading = store.read(key);
    const inTime = await atMost(patienceMs, reading).catch(() => undefined);
    const routing = inTime === undefined ? await from.routing(served.pipeline) : undefined;
    if (routing === undefined) return reading;
    await follow(routing, 'kept');
    return Promise.race([reading, Promise.reject(late(key, patienceMs))]);
  };
  return async () => {
    const stored = await (kept !== undefined && served.routing === undefined ? firstRead(kept) : store.read(key));
    tell.back();
    if (stored === undefined || (stored.etag === etag && clock() < retryAt)) return;
    etag = stored.etag;
    try {
      await follow(parseRouting(served.pipeline, stored.bytes), 'store');
    } catch (error) {
      options.report(`${key} is not followed: ${String(error)}`);
      retryAt = Number.POSITIVE_INFINITY;
    }
  };
}

function inForce({ pipeline, epoch, champion, traffic }: Routing): string {
  const others = Object.entries(traffic?.variants ?? {}).map(([name, { version }]) => `, ${name} ${version.version}`);
  return `${pipeline}: epoch ${epoch} is in force: champion ${champion?.version ?? 'none'}${others.join('')}`;
}

function late(key: string, afterMs: number): WhetError {
  return new WhetError('storage.unreachable', { expected: key, came: `no answer within ${afterMs} ms` });
}
