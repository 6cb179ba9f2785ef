import type { Readable } from 'node:stream';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { WhetError } from '../../core/errors.ts';
import { type Bucket, connectBucket } from './connectBucket.ts';
import { bodyOf } from './getObject.ts';
import { persist } from './persist.ts';
import { s3Address } from './s3Address.ts';
import { isRefusedByCondition, unlessAbsent } from './s3Errors.ts';
import { s3Place } from './s3Place.ts';
import { writeBody } from './writeBody.ts';

/** What a listing tells of an object. */
export interface BucketFile {
  /** With the settings that its bucket was found by. */
  readonly address: string;
  readonly key: string;
  readonly bytes: number;
  /** The server's, quoted. It names the bytes, and what parts they were sent in. */
  readonly etag: string;
}

export async function listFiles(address: string): Promise<BucketFile[]> {
  const { bucket, key: prefix, addressOfKey } = placeOf(address);
  const files: BucketFile[] = [];
  let token: string | undefined;
  do {
    const command = new ListObjectsV2Command({
      Bucket: bucket.name,
      Prefix: prefix,
      ...(token === undefined ? {} : { ContinuationToken: token }),
    });
    const page = await persist(address, () => bucket.client.send(command));
    for (const { Key: key = '', Size: bytes = 0, ETag: etag = '' } of page.Contents ?? []) {
      files.push({ address: addressOfKey(key), key, bytes, etag });
    }
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
  // Consoles of S3 make empty objects for folders.
  return files
    .filter(({ key }) => !key.endsWith('/'))
    .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
}

/** What came broken off is asked for again; no answer mixes the bytes of two writes, since each names the etag. */
export function fetchFile(address: string, etag: string | undefined, path: string): Promise<string> {
  const { bucket, key } = placeOf(address);
  const command = new GetObjectCommand({
    Bucket: bucket.name,
    Key: key,
    ChecksumMode: 'ENABLED',
    ...(etag === undefined ? {} : { IfMatch: etag }),
  });
  return persist(address, async () => {
    const got = await unlessAbsent(bucket.client.send(command)).catch((error: unknown) => {
      throw isRefusedByCondition(error) ? changed(address, etag) : error;
    });
    if (got !== undefined) return writeBody(bodyOf(got) as Readable, path);
    throw new WhetError('storage.missing', { expected: address, came: 'nothing under that key' });
  });
}

function changed(address: string, etag: string | undefined): WhetError {
  return new WhetError('source.changed', { expected: `${address} with etag ${etag}`, came: 'another one' });
}

/** One client for each bucket and its settings: a connection is worth keeping. */
const connected = new Map<string, Bucket>();

function placeOf(address: string): { bucket: Bucket; key: string; addressOfKey: (key: string) => string } {
  const { place, key, settings } = s3Address(address);
  const location = `${place}${settings}`;
  const bucket = connected.get(location) ?? connectBucket({ ...s3Place(location), cacheFolder: '' });
  connected.set(location, bucket);
  return { bucket, key, addressOfKey: (held) => `${place}/${held}${settings}` };
}
