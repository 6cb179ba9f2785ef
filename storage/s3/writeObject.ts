import { PutObjectCommand } from '@aws-sdk/client-s3';
import { digestOf } from '../digest.ts';
import { addressOf, type Bucket, target } from './connectBucket.ts';
import { headObject } from './getObject.ts';
import { fromEtag, newWriter, successor, toEtag, toMetadata } from './marks.ts';
import { persist } from './persist.ts';
import { writeOnCondition } from './writeOnCondition.ts';

/** Whether this call created the key. */
export async function createObject(bucket: Bucket, key: string, bytes: Uint8Array): Promise<boolean> {
  // A server that refuses early resets the connection under a large body: see first whether it is there.
  if (bytes.length > largeBytes && (await headObject(bucket, key)) !== undefined) return false;
  return (await swapObject(bucket, key, bytes, null)) !== undefined;
}

const largeBytes = 1 << 20;

/** The new etag, or undefined if the object is not in the state that the etag names. */
export async function swapObject(
  bucket: Bucket,
  key: string,
  bytes: Uint8Array,
  etag: string | null,
): Promise<string | undefined> {
  const from = etag === null ? { state: null, writers: [] } : fromEtag(etag);
  if (from === undefined) return undefined;
  const writers = successor(newWriter(), from.writers);
  const condition = from.state === null ? { IfNoneMatch: '*' } : { IfMatch: from.state };
  const send = () => sendBytes(bucket, key, bytes, writers, condition);
  const state = await writeOnCondition(bucket, key, { writers, from: from.state }, send);
  return state === undefined ? undefined : toEtag(state, writers);
}

/** Writes whatever was there. */
export async function putObject(bucket: Bucket, key: string, bytes: Uint8Array): Promise<void> {
  await persist(addressOf(bucket, key), () => sendBytes(bucket, key, bytes, [newWriter()], {}));
}

/** The server checks the bytes against their SHA-256 before it stores them. Gives its etag. */
async function sendBytes(
  bucket: Bucket,
  key: string,
  bytes: Uint8Array,
  writers: readonly string[],
  condition: { readonly IfNoneMatch?: string; readonly IfMatch?: string },
): Promise<string> {
  const sha256 = digestOf(bytes);
  const { ETag = '' } = await bucket.client.send(
    new PutObjectCommand({
      ...target(bucket, key),
      ...condition,
      Body: bytes,
      ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
      Metadata: toMetadata({ sha256, writers }),
    }),
  );
  return ETag;
}
