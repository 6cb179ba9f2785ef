import type { ObjectReader } from '../storage/objects.ts';

/** Objects in memory, to be read as from a store. */
export function heldObjects(objects: Readonly<Record<string, Uint8Array>>): ObjectReader {
  return {
    async read(key) {
      const bytes = objects[key];
      return bytes && { bytes, etag: '' };
    },
  };
}
