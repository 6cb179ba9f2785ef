import { readFile } from 'node:fs/promises';
import type { ObjectReader } from '../storage/objects.ts';

/** Objects in memory and in files, to be read as from a store. */
export function heldObjects(
  objects: Readonly<Record<string, Uint8Array>>,
  files: Readonly<Record<string, string>>,
): ObjectReader {
  return {
    async read(key) {
      const file = files[key];
      const bytes = file === undefined ? objects[key] : await readFile(file);
      return bytes && { bytes, etag: '' };
    },
  };
}
