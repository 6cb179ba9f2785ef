import type { ObjectStore } from '../../storage/objectStore.ts';
import { loadPackage } from '../scorers/loadPackage.ts';
import type { Scorer } from '../scorers/scorer.ts';

/** Packages that were loaded lately: hour after hour is scored by nearly the same ones. */
export interface PackageShelf {
  /** Not to be released by whoever asks. Throws as `loadPackage`. */
  scorer(packageId: string): Promise<Scorer>;
}

/** Those of two days by the hour, and what some other cadences have beside. A package takes a few megabytes. */
const mostHeld = 64;

export function openShelf(store: ObjectStore): PackageShelf {
  const held = new Map<string, Promise<Scorer>>();
  return {
    async scorer(id) {
      const loading = held.get(id) ?? loadPackage(store, id).then(({ scorer }) => scorer);
      // The one asked for last stands last.
      held.delete(id);
      held.set(id, loading);
      loading.catch(() => held.delete(id));
      for (const [old, scorer] of [...held].slice(0, Math.max(0, held.size - mostHeld))) {
        held.delete(old);
        // A scorer ends what it was asked for first, and what failed to load holds nothing.
        scorer.then((one) => one.release()).catch(() => undefined);
      }
      return loading;
    },
  };
}
