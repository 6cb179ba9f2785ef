import { join, resolve } from 'node:path';
import { localDisk } from '../storage/localDisk.ts';
import type { ObjectStore } from '../storage/objectStore.ts';

/** Where an engine works: the folder with `pipelines/`, and the state folder, which no two engines share. */
export interface Workplace {
  readonly folder: string;
  readonly state: string;
  /** The local store's folder. */
  readonly storeFolder: string;
  readonly store: ObjectStore;
}

/** The workplace of this process: the current folder, and `.whet/` in it unless `WHET_STATE` names another. */
export function openWorkplace(folder = process.cwd(), state = process.env.WHET_STATE): Workplace {
  const stateFolder = resolve(folder, state ?? '.whet');
  const storeFolder = join(stateFolder, 'store');
  return { folder: resolve(folder), state: stateFolder, storeFolder, store: localDisk(storeFolder) };
}
