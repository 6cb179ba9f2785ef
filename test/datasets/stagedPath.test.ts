import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stagedPath } from '../../datasets/sources/stagedPath.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { putObject } from '../../storage/objects.ts';

let folder: string;
let store: ObjectStore;
let hashed: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-staged-'));
  const disk = localDisk(folder);
  hashed = 0;
  store = {
    ...disk,
    file: (key) => {
      hashed += 1;
      return disk.file(key);
    },
  };
});
afterEach(() => rm(folder, { recursive: true }));

/** A staged object that is not hashed any more: it is, as long as it was written a moment ago. */
async function settled(): Promise<{ readonly digest: string; readonly path: string }> {
  const digest = await putObject(store, Buffer.from('rows'));
  await vi.waitFor(async () => {
    const before = hashed;
    await stagedPath(store, digest);
    expect(hashed).toBe(before);
  });
  return { digest, path: await stagedPath(store, digest) };
}

test('a file that was hashed a moment ago is not hashed again, however many ask at once', async () => {
  const { digest, path } = await settled();
  const before = hashed;
  expect(await Promise.all([1, 2, 3].map(() => stagedPath(store, digest)))).toEqual([path, path, path]);
  expect(hashed).toBe(before);
  expect((await readFile(path)).toString()).toBe('rows');
});

test('a file that was damaged since is refused, and one that was mended is taken again', async () => {
  const { digest, path } = await settled();
  await writeFile(path, 'rowz');
  await expect(stagedPath(store, digest)).rejects.toThrow(/^storage\.damaged/);
  await expect(stagedPath(store, digest)).rejects.toThrow(/^storage\.damaged/);
  await writeFile(path, 'rows');
  expect(await stagedPath(store, digest)).toBe(path);
});

test('a file that is gone since is missing', async () => {
  const { digest, path } = await settled();
  await rm(path);
  await expect(stagedPath(store, digest)).rejects.toThrow(/^storage\.missing/);
});
