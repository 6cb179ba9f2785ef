import { createHash } from 'node:crypto';
import { type FileHandle, open, readFile, stat } from 'node:fs/promises';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { WhetError } from '../../core/errors.ts';
import { concurrently } from '../concurrently.ts';
import { digestOfFile } from '../digest.ts';
import { digestInKey } from '../objects.ts';
import { addressOf, type Bucket, target } from './connectBucket.ts';
import { headObject } from './getObject.ts';
import { newWriter, toMetadata } from './marks.ts';
import { persist } from './persist.ts';
import { createObject } from './writeObject.ts';
import { writeOnCondition } from './writeOnCondition.ts';

/**
 * Whether this call created the key with the file's bytes. Above 16 MiB the file goes in parts, four at once, each
 * checked by the server against its SHA-256 (a part is held in memory: a stream cannot be sent again).
 */
export async function uploadFile(bucket: Bucket, key: string, path: string): Promise<boolean> {
  const { size } = await stat(path);
  if (size <= partBytes) return createObject(bucket, key, await readFile(path));
  if ((await headObject(bucket, key)) !== undefined) return false;
  const sha256 = digestInKey(key) ?? (await digestOfFile(path));
  return uploadParts(bucket, key, { path, size, sha256 });
}

const partBytes = 16 << 20;
/** S3 takes no more parts: those of a file above 160 GB are larger. */
const mostParts = 10_000;
const partsAtOnce = 4;

interface Given {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

interface Upload {
  readonly bucket: Bucket;
  readonly key: string;
  readonly id: string;
}

async function uploadParts(bucket: Bucket, key: string, given: Given): Promise<boolean> {
  const writers = [newWriter()];
  const upload = { bucket, key, id: await begin(bucket, key, toMetadata({ sha256: given.sha256, writers })) };
  try {
    const parts = await sendParts(upload, given);
    const created = await writeOnCondition(bucket, key, { writers, from: null }, () => complete(upload, parts));
    if (created === undefined) await abort(upload);
    return created !== undefined;
  } catch (error) {
    // What failed first is what is told; a bucket's lifecycle rule removes parts that no abort reached.
    await abort(upload).catch(() => undefined);
    throw error;
  }
}

function begin(bucket: Bucket, key: string, metadata: Record<string, string>): Promise<string> {
  const input = { ...target(bucket, key), ChecksumAlgorithm: 'SHA256' as const, Metadata: metadata };
  return persist(addressOf(bucket, key), async () => {
    const { UploadId: id } = await bucket.client.send(new CreateMultipartUploadCommand(input));
    if (id === undefined) throw new Error('an upload without an id');
    return id;
  });
}

/** Parts are read in order and digested as a whole, so that a file that changes under the reader is seen. */
async function sendParts(upload: Upload, { path, size, sha256 }: Given): Promise<CompletedPart[]> {
  const handle = await open(path, 'r');
  const whole = createHash('sha256');
  try {
    const bytes = Math.max(partBytes, Math.ceil(size / mostParts));
    const send = (part: FilePart) => sendPart(upload, part);
    const parts = await concurrently(
      partsOf(handle, size, bytes, (part) => whole.update(part)),
      partsAtOnce,
      send,
    );
    const came = whole.digest('hex');
    if (came === sha256) return parts;
    throw new WhetError('source.changed', { expected: `SHA-256 ${sha256} in ${path}`, came });
  } finally {
    await handle.close();
  }
}

interface FilePart {
  readonly number: number;
  readonly bytes: Uint8Array;
}

async function* partsOf(
  handle: FileHandle,
  size: number,
  bytes: number,
  onPart: (bytes: Uint8Array) => void,
): AsyncGenerator<FilePart, void, undefined> {
  for (let at = 0; at < size; at += bytes) {
    const part = Buffer.alloc(Math.min(bytes, size - at));
    await readWhole(handle, part, at);
    onPart(part);
    yield { number: at / bytes + 1, bytes: part };
  }
}

/** A file that became shorter leaves zeros, which its digest tells. */
async function readWhole(handle: FileHandle, into: Uint8Array, position: number): Promise<void> {
  for (let filled = 0; filled < into.length; ) {
    const { bytesRead } = await handle.read(into, filled, into.length - filled, position + filled);
    if (bytesRead === 0) return;
    filled += bytesRead;
  }
}

async function sendPart({ bucket, key, id }: Upload, { number, bytes }: FilePart): Promise<CompletedPart> {
  const ChecksumSHA256 = createHash('sha256').update(bytes).digest('base64');
  const input = { ...target(bucket, key), UploadId: id, PartNumber: number, Body: bytes, ChecksumSHA256 };
  const { ETag } = await persist(addressOf(bucket, key), () => bucket.client.send(new UploadPartCommand(input)));
  return { PartNumber: number, ChecksumSHA256, ...(ETag === undefined ? {} : { ETag }) };
}

async function complete({ bucket, key, id }: Upload, parts: CompletedPart[]): Promise<string> {
  const input = { ...target(bucket, key), UploadId: id, MultipartUpload: { Parts: parts }, IfNoneMatch: '*' };
  const { ETag = '' } = await bucket.client.send(new CompleteMultipartUploadCommand(input));
  return ETag;
}

async function abort({ bucket, key, id }: Upload): Promise<void> {
  const input = { ...target(bucket, key), UploadId: id };
  await persist(addressOf(bucket, key), () => bucket.client.send(new AbortMultipartUploadCommand(input)));
}
