import type { ObjectStore } from './objectStore.ts';
import type { S3Options } from './s3/connectBucket.ts';

/**
 * An object store in a bucket of S3, or of a server that speaks as S3 does and takes conditional writes. Credentials
 * come from the SDK's chain: environment, profile, container, machine. Throws `storage.unreachable`, `storage.denied`,
 * `storage.no-bucket`, `storage.refused`, `storage.damaged`.
 *
 * The SDK is loaded at the first use: it takes most of a second, which a command without a store should not pay.
 */
export function s3Store(options: S3Options): ObjectStore {
  let opened: Promise<ObjectStore> | undefined;
  const store = (): Promise<ObjectStore> => {
    opened ??= import('./s3/bucketStore.ts').then(({ bucketStore }) => bucketStore(options));
    return opened;
  };
  return {
    read: async (key) => (await store()).read(key),
    has: async (key) => (await store()).has(key),
    create: async (key, bytes) => (await store()).create(key, bytes),
    createFromFile: async (key, path) => (await store()).createFromFile(key, path),
    swap: async (key, bytes, etag) => (await store()).swap(key, bytes, etag),
    put: async (key, bytes) => (await store()).put(key, bytes),
    list: async (prefix) => (await store()).list(prefix),
    entries: async (prefix) => (await store()).entries(prefix),
    digest: async (key) => (await store()).digest(key),
    remove: async (key) => (await store()).remove(key),
    file: async (key) => (await store()).file(key),
  };
}
