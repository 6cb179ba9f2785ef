import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainBytes } from '../../datasets/sources/plainBytes.ts';

const kinds = [
  ['x.gz', gzipSync],
  ['x.zst', zstdCompressSync],
] as const;

test.each(kinds)('a file named %s may have several parts, read in pieces of any size', async (path, compress) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ maxLength: 300 }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 200 }),
      async (texts, size) => {
        const bytes = Buffer.concat(texts.map((text) => compress(Buffer.from(text))));
        expect(await read(path, bytes, size)).toBe(texts.join(''));
      },
    ),
    { numRuns: 60 },
  );
});

test.each(kinds)(
  'a file named %s that is cut short, followed by something else or of another kind is refused',
  async (path, compress) => {
    const text = Array.from({ length: 40_000 }, (_, i) => `${i * 7919}`).join();
    const whole = compress(Buffer.from(text));
    expect(await read(path, whole, 1000)).toBe(text);
    const odd = [
      whole.subarray(0, -1),
      whole.subarray(0, whole.length / 2),
      Buffer.concat([whole, whole.subarray(0, 500)]),
      Buffer.concat([whole, Buffer.from('something else')]),
      Buffer.from('{"a":1}\n'),
      Buffer.alloc(0),
    ];
    for (const bytes of odd) await expect(read(path, bytes, 1000)).rejects.toThrow();
  },
);

test('the error of the source reaches the reader', async () => {
  async function* failing() {
    yield gzipSync('text').subarray(0, 5);
    throw new Error('the disk is gone');
  }
  for (const [path] of kinds) await expect(all(plainBytes(path, failing()))).rejects.toThrow(/disk is gone|frame/);
});

async function read(path: string, bytes: Buffer, size: number): Promise<string> {
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
  async function* source() {
    yield* pieces;
  }
  return all(plainBytes(path, source()));
}

async function all(bytes: AsyncIterable<Buffer>): Promise<string> {
  const found: Buffer[] = [];
  for await (const chunk of bytes) found.push(chunk);
  return Buffer.concat(found).toString();
}
