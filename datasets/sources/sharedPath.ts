import { relative, resolve, sep } from 'node:path';
import { isAddress } from '../../storage/openStore.ts';
import type { DataPorts } from '../dataPorts.ts';

type EngineFolder = Pick<DataPorts, 'folder'>;

/** A source file's path as seen from the engine's folder, so that all machines name it alike. Addresses are the same everywhere. */
export function sharedPath({ folder }: EngineFolder, path: string): string {
  // Of thousands of files in each run: to compare beginnings is quicker than to take paths apart.
  if (path.startsWith(folder) && path[folder.length] === sep) return path.slice(folder.length + 1);
  return isAddress(path) ? path : relative(folder, path);
}

/** The path on this machine of what `sharedPath` named. */
export function localPath({ folder }: EngineFolder, path: string): string {
  return isAddress(path) ? path : resolve(folder, path);
}
