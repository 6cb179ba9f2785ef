import type { ObjectStore } from '../../storage/objectStore.ts';

/** A store that writes down the keys that were created in it. */
export function countingStore(store: ObjectStore): { readonly store: ObjectStore; readonly created: string[] } {
  const created: string[] = [];
  const noted = async (key: string, creating: Promise<boolean>): Promise<boolean> => {
    const isNew = await creating;
    if (isNew) created.push(key);
    return isNew;
  };
  return {
    created,
    store: {
      ...store,
      create: (key, bytes) => noted(key, store.create(key, bytes)),
      createFromFile: (key, path) => noted(key, store.createFromFile(key, path)),
    },
  };
}
