import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { checkKey, checkPrefix } from '../checkKey.ts';
import type { ObjectStore } from '../objectStore.ts';
import { addressOf, connectBucket, type S3Options, target } from './connectBucket.ts';
import { headObject, readObject, storedDigest } from './getObject.ts';
import { listEntries } from './listEntries.ts';
import { localCopy } from './localCopy.ts';
import { persist } from './persist.ts';
import { uploadFile } from './uploadFile.ts';
import { createObject, putObject, swapObject } from './writeObject.ts';

/** The port over a bucket. Everything is asked of the bucket each time; only files are kept on this machine. */
export function bucketStore(options: S3Options): ObjectStore {
  const bucket = connectBucket(options);
  return {
    read: async (key) => readObject(bucket, checkKey(key)),
    has: async (key) => (await headObject(bucket, checkKey(key))) !== undefined,
    create: async (key, bytes) => createObject(bucket, checkKey(key), bytes),
    createFromFile: async (key, path) => uploadFile(bucket, checkKey(key), path),
    swap: async (key, bytes, etag) => swapObject(bucket, checkKey(key), bytes, etag),
    put: async (key, bytes) => putObject(bucket, checkKey(key), bytes),
    list: async (prefix) => (await listEntries(bucket, checkPrefix(prefix))).map(({ key }) => key),
    entries: async (prefix) => listEntries(bucket, checkPrefix(prefix)),
    digest: async (key) => storedDigest(bucket, checkKey(key)),
    async remove(key) {
      const command = new DeleteObjectCommand(target(bucket, checkKey(key)));
      await persist(addressOf(bucket, key), () => bucket.client.send(command));
    },
    file: async (key) => localCopy(bucket, checkKey(key), options.cacheFolder),
  };
}
