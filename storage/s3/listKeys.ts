import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { addressOf, type Bucket } from './connectBucket.ts';
import { persist } from './persist.ts';

/** All keys below a prefix, sorted: 1,000 a request. */
export async function listKeys(bucket: Bucket, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  let next: string | undefined;
  do {
    const page = await listPage(bucket, prefix, next);
    for (const { Key: key = '' } of page.Contents ?? []) keys.push(key.slice(bucket.prefix.length));
    next = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (next !== undefined);
  // Consoles of S3 make empty objects for folders.
  return keys.filter((key) => key !== '' && !key.endsWith('/')).sort();
}

function listPage(bucket: Bucket, prefix: string, token: string | undefined) {
  const place = { Bucket: bucket.name, Prefix: `${bucket.prefix}${prefix}` };
  const command = new ListObjectsV2Command({
    ...place,
    ...(token === undefined ? {} : { ContinuationToken: token }),
  });
  return persist(addressOf(bucket, prefix), () => bucket.client.send(command));
}
