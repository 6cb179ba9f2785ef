import { setTimeout as pause } from 'node:timers/promises';
import { newsMs, noSweep, type SweepState, sparing, takingBack } from '../core/sweepRules.ts';
import type { ObjectStore } from './objectStore.ts';
import { openHint, sealedJson } from './sealedJson.ts';

/** Where the sweep's state lies. */
const sweepKey = 'upkeep/sweep.json';

/**
 * A store that spares what it is asked for: a key that a sweep found unneeded is taken off its list before it is used,
 * together with all that it names. So whatever a worker has used lives on for the sweep's grace, less `newsMs`, in which
 * the worker makes something that needs it. It costs one read of the list in that time, and a swap where it hits.
 */
export function sparingStore(store: ObjectStore, clock: () => number): ObjectStore {
  const used = sparer(store, clock);
  const first = <T extends [key: string, ...rest: unknown[]], R>(method: (...given: T) => Promise<R>) => {
    return async (...given: T): Promise<R> => {
      await used(given[0]);
      return method(...given);
    };
  };
  return {
    ...store,
    read: first(store.read),
    has: first(store.has),
    create: first(store.create),
    createFromFile: first(store.createFromFile),
    swap: first(store.swap),
    put: first(store.put),
    digest: first(store.digest),
    file: first(store.file),
  };
}

/** Ends when a key may be used. */
function sparer(store: ObjectStore, clock: () => number): (key: string) => Promise<void> {
  let news: Promise<Set<string>> | undefined;
  let heardAt = Number.NEGATIVE_INFINITY;
  let batch: { readonly keys: Set<string>; readonly done: Promise<void> } | undefined;
  const listed = (): Promise<Set<string>> => {
    // A clock that jumps (a machine that slept) is a reason to ask as well.
    if (news === undefined || Math.abs(clock() - heardAt) > newsMs) {
      heardAt = clock();
      news = listedKeys(store);
      // A store that does not answer is asked again by the next who uses it.
      news.catch(() => {
        news = undefined;
      });
    }
    return news;
  };
  /** Those that come together are spared by one swap. */
  const spare = (key: string): Promise<void> => {
    if (batch === undefined) {
      const keys = new Set<string>();
      const done = pause(0).then(() => {
        batch = undefined;
        return spareKeys(store, [...keys], clock);
      });
      batch = { keys, done };
    }
    batch.keys.add(key);
    return batch.done;
  };
  return async (key) => {
    if (key === sweepKey) return;
    const candidates = await listed();
    if (!candidates.has(key)) return;
    await spare(key);
    candidates.delete(key);
  };
}

async function listedKeys(store: ObjectStore): Promise<Set<string>> {
  const { state } = await readSweep(store);
  return new Set([...Object.keys(state.candidates), ...Object.keys(state.doomed?.keys ?? {})]);
}

/** The sweep's state, and the etag to swap it by. A damaged one is as good as none: every grace begins anew. */
export async function readSweep(
  store: ObjectStore,
): Promise<{ readonly state: SweepState; readonly etag: string | null }> {
  const stored = await store.read(sweepKey);
  const state = stored === undefined ? undefined : openHint<SweepState>(sweepKey, stored.bytes);
  return { state: state ?? noSweep, etag: stored?.etag ?? null };
}

/** The new etag; undefined where another swapped it meanwhile. */
export function swapSweep(store: ObjectStore, state: SweepState, etag: string | null): Promise<string | undefined> {
  return store.swap(sweepKey, sealedJson(state), etag);
}

/**
 * Takes keys off the list. One that is being deleted in this moment is waited for: it is gone then, and what would have
 * been found is made again. The deletion of a sweep that was killed is taken back.
 */
async function spareKeys(store: ObjectStore, keys: readonly string[], clock: () => number): Promise<void> {
  let waiting: { readonly by: string; readonly since: number } | undefined;
  for (;;) {
    const { state, etag } = await readSweep(store);
    const by = keys.some((key) => key in (state.doomed?.keys ?? {})) ? (state.doomed?.by ?? '') : undefined;
    if (by === undefined) {
      const after = sparing(state, keys, clock());
      if (after === state || (await swapSweep(store, after, etag)) !== undefined) return;
      continue;
    }
    if (waiting?.by !== by) waiting = { by, since: performance.now() };
    if (performance.now() - waiting.since > deadMs) await swapSweep(store, takingBack(state), etag);
    else await pause(againMs);
  }
}

/** A sweep deletes for half of this, counted by its own clock, and then lets go. */
export const deadMs = 60_000;
const againMs = 50;
