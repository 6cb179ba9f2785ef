import type { BucketFile } from './s3/bucketFiles.ts';

export type { BucketFile } from './s3/bucketFiles.ts';

/**
 * Objects that others write to a bucket, by their address `s3://bucket/key?endpoint=…` (the settings of `s3Place`; a key
 * may hold any characters but `?` and `#`). Credentials come from the SDK's chain, which is loaded at the first use.
 */
export const s3Files = {
  /** All objects whose keys begin with the address's, in the order of their keys' code points. */
  list: async (address: string): Promise<BucketFile[]> => (await bucketFiles()).listFiles(address),
  /**
   * Writes an object's bytes to a file on this machine and gives their SHA-256. Throws `storage.missing`, and
   * `source.changed` where the object has another etag.
   */
  fetch: async (address: string, etag: string | undefined, path: string): Promise<string> =>
    (await bucketFiles()).fetchFile(address, etag, path),
} as const;

function bucketFiles() {
  return import('./s3/bucketFiles.ts');
}
