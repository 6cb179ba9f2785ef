import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { GetObjectCommand, type GetObjectCommandOutput, HeadObjectCommand } from '@aws-sdk/client-s3';
import { WhetError } from '../../core/errors.ts';
import { digestOf } from '../digest.ts';
import type { StoredObject } from '../objectStore.ts';
import { digestInKey } from '../objects.ts';
import { addressOf, type Bucket, target } from './connectBucket.ts';
import { fromMetadata, type Marks, toEtag } from './marks.ts';
import { persist } from './persist.ts';
import { isDamaged, isTransient, unlessAbsent } from './s3Errors.ts';

/** The object's bytes, checked against the SHA-256 that was stored with them. Throws `storage.damaged`. */
export function readObject(bucket: Bucket, key: string): Promise<StoredObject | undefined> {
  return persistReading(bucket, key, async () => {
    const got = await getObject(bucket, key);
    if (got === undefined) return undefined;
    const bytes = Buffer.from(await bodyOf(got).transformToByteArray());
    const { sha256, writers } = fromMetadata(got.Metadata);
    requireDigest(addressOf(bucket, key), digestInKey(key) ?? sha256, digestOf(bytes));
    return { bytes, etag: toEtag(got.ETag ?? '', writers) };
  });
}

/** SHA-256 of the bytes in the bucket, and not of a copy. Throws `storage.damaged` where it is not what was stored with them. */
export function storedDigest(bucket: Bucket, key: string): Promise<string | undefined> {
  return persistReading(bucket, key, async () => {
    const got = await getObject(bucket, key);
    if (got === undefined) return undefined;
    const hash = createHash('sha256');
    for await (const chunk of bodyOf(got) as Readable as AsyncIterable<Uint8Array>) hash.update(chunk);
    const came = hash.digest('hex');
    requireDigest(addressOf(bucket, key), fromMetadata(got.Metadata).sha256, came);
    return came;
  });
}

/** What is known of an object without its bytes. */
export interface Held extends Marks {
  /** The server's etag, quoted. */
  readonly state: string;
}

export function headObject(bucket: Bucket, key: string): Promise<Held | undefined> {
  return persist(addressOf(bucket, key), async () => {
    const head = await unlessAbsent(bucket.client.send(new HeadObjectCommand(target(bucket, key))));
    return head === undefined ? undefined : { state: head.ETag ?? '', ...fromMetadata(head.Metadata) };
  });
}

/** An answer whose body is still to be read; the SDK checks it against the server's SHA-256 where there is one. */
export function getObject(bucket: Bucket, key: string): Promise<GetObjectCommandOutput | undefined> {
  return unlessAbsent(bucket.client.send(new GetObjectCommand({ ...target(bucket, key), ChecksumMode: 'ENABLED' })));
}

/**
 * Reading again what came broken off, or damaged: a server on a disk may answer with the bytes of one write and the
 * marks of the next when it is asked in between. What is damaged in the store stays so.
 */
export function persistReading<T>(bucket: Bucket, key: string, work: () => Promise<T>): Promise<T> {
  return persist(addressOf(bucket, key), work, (error) => isTransient(error) || isDamaged(error));
}

export function bodyOf({ Body: body }: GetObjectCommandOutput): NonNullable<GetObjectCommandOutput['Body']> {
  if (body === undefined) throw new Error('an answer without a body');
  return body;
}

export function requireDigest(address: string, expected: string | undefined, came: string): void {
  if (expected === undefined || expected === came) return;
  throw new WhetError('storage.damaged', { expected: `SHA-256 ${expected}`, came: `${came} in ${address}` });
}
