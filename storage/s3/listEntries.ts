import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { StoredEntry } from '../objectStore.ts';
import { addressOf, type Bucket } from './connectBucket.ts';
import { persist } from './persist.ts';

/** All keys below a prefix, sorted, with what a listing tells of them: 1,000 a request. */
export async function listEntries(bucket: Bucket, prefix: string): Promise<StoredEntry[]> {
  const entries: StoredEntry[] = [];
  let next: string | undefined;
  do {
    const page = await listPage(bucket, prefix, next);
    for (const { Key = '', Size: bytes = 0, LastModified } of page.Contents ?? []) {
      const key = Key.slice(bucket.prefix.length);
      entries.push({ key, bytes, modifiedMs: LastModified?.getTime() ?? 0 });
    }
    next = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (next !== undefined);
  // Consoles of S3 make empty objects for folders.
  return entries.filter(({ key }) => key !== '' && !key.endsWith('/')).sort((a, b) => (a.key < b.key ? -1 : 1));
}

function listPage(bucket: Bucket, prefix: string, token: string | undefined) {
  const place = { Bucket: bucket.name, Prefix: `${bucket.prefix}${prefix}` };
  const command = new ListObjectsV2Command({
    ...place,
    ...(token === undefined ? {} : { ContinuationToken: token }),
  });
  return persist(addressOf(bucket, prefix), () => bucket.client.send(command));
}
