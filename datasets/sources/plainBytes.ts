import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { compressionOf } from './compression.ts';

/** Writes the plain bytes of a file to another, for readers that take a path. Throws as `plainBytes`. */
export function writePlain(from: string, to: string): Promise<void> {
  return pipeline(plainBytes(from, createReadStream(from, { highWaterMark: chunkBytes })), createWriteStream(to));
}

/** Bytes of a file that are read at once. */
export const chunkBytes = 1 << 18;

/**
 * The plain bytes of a file's bytes, by the ending of its path. Several gzip members or zstd frames, one after another,
 * are one text. Throws zlib's error where the bytes are cut short, damaged or something else.
 */
export function plainBytes(path: string, bytes: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const compression = compressionOf(path);
  return compression === undefined ? bytes : compression === 'gzip' ? gunzipped(bytes) : zstdFrames(bytes);
}

/** An error of the source itself reaches the reader, and a reader that stops early lets the source go. */
async function* gunzipped(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  const source = Readable.from(bytes, { objectMode: false });
  const plain = createGunzip();
  source.on('error', (error) => plain.destroy(error));
  try {
    yield* source.pipe(plain);
  } finally {
    source.destroy();
  }
}

/** Node reads one frame and leaves the rest of a file unread: each frame gets a decompressor of its own. */
async function* zstdFrames(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let frame = zstdFrame();
  for await (const chunk of bytes) {
    for (let rest = chunk; rest.length > 0; ) {
      const taken = await frame.take(rest);
      yield* frame.plain();
      rest = rest.subarray(taken);
      if (rest.length > 0) frame = zstdFrame();
    }
  }
  await frame.end();
  yield* frame.plain();
}

function zstdFrame() {
  const decompressor = createZstdDecompress();
  let held: Buffer[] = [];
  decompressor.on('data', (plain: Buffer) => held.push(plain));
  const failed = new Promise<never>((_, reject) => decompressor.on('error', reject));
  // It is awaited beside each step; an error after the last one is nobody's.
  failed.catch(() => {});
  return {
    /** How many of the bytes belonged to the frame: fewer than there are where it ended. */
    async take(chunk: Buffer): Promise<number> {
      const before = decompressor.bytesWritten;
      await Promise.race([failed, new Promise((resolve) => decompressor.write(chunk, resolve))]);
      return decompressor.bytesWritten - before;
    },
    async end(): Promise<void> {
      if (decompressor.readableEnded) return;
      await Promise.race([failed, new Promise((resolve) => decompressor.on('end', resolve).end())]);
    },
    plain(): Buffer[] {
      const ready = held;
      held = [];
      return ready;
    },
  };
}
