import { join, resolve } from 'node:path';
import type { ObjectStore } from '../storage/objectStore.ts';
import { isAddress, openStore } from '../storage/openStore.ts';
import { sparingStore } from '../storage/sparingStore.ts';

/** Where an engine works: the folder with `pipelines/`, and the state folder, which no two engines share. */
export interface Workplace {
  readonly folder: string;
  readonly state: string;
  /** Where the store is, for processes that open it themselves: a folder, or an address such as `s3://bucket/prefix`. */
  readonly storeLocation: string;
  /** Folder of copies that a store elsewhere keeps on this machine. */
  readonly cacheFolder: string;
  /** What is used through it is spared by a sweep. */
  readonly store: ObjectStore;
}

/**
 * The workplace of this process: the current folder, `.whet/` in it unless `WHET_STATE` names another, and the store in
 * that unless `WHET_STORE` names another.
 */
export function openWorkplace(
  folder = process.cwd(),
  state = process.env.WHET_STATE,
  store = process.env.WHET_STORE,
): Workplace {
  const stateFolder = resolve(folder, state ?? '.whet');
  const storeLocation = locationOf(folder, store || join(stateFolder, 'store'));
  const cacheFolder = join(stateFolder, 'copies');
  return {
    folder: resolve(folder),
    state: stateFolder,
    storeLocation,
    cacheFolder,
    store: sparingStore(openStore(storeLocation, cacheFolder), Date.now),
  };
}

/** The store without the sparing: for who looks at all of it, which is no use of it. */
export function bareStore({ storeLocation, cacheFolder }: Workplace): ObjectStore {
  return openStore(storeLocation, cacheFolder);
}

function locationOf(folder: string, store: string): string {
  return isAddress(store) ? store : resolve(folder, store);
}
