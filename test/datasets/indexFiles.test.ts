import { mkdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { settledMs, stampOf } from '../../datasets/sources/fileStamp.ts';
import { indexSource } from '../../datasets/sources/indexSource.ts';
import { column, flights, openWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

/** A file that was written long before the test. */
async function oldFile(): Promise<string> {
  for (const folder of createRequire(import.meta.url).resolve.paths('vega-datasets') ?? []) {
    const path = join(folder, 'vega-datasets', 'data', 'seattle-weather.csv');
    if ((await stat(path).catch(() => undefined))?.isFile()) return path;
  }
  throw new Error('vega-datasets is not installed');
}

test('a file with the stamp that it was read under is not read again', async () => {
  const columns = [column('date', 'date'), column('wind', 'number')];
  const contract: ContractPlan = { ...flights({ path: await oldFile() }, 'csv'), columns, rules: [] };
  const ports = bench.emptied();
  const first = await indexSource(ports, contract);
  // Without it, a read of the file would have to scan and store it again.
  const [index = '', known = ''] = await ports.store.list('datasets/flights/sources/');
  expect([index, known]).toEqual([expect.stringContaining(first.digest), expect.stringContaining('/known-')]);
  await ports.store.remove(index);
  expect(await indexSource(ports, contract)).toEqual(first);
  expect(await ports.store.has(index)).toBe(false);
  await ports.store.remove(known);
  expect(await indexSource(ports, contract)).toEqual(first);
  expect(await ports.store.list('datasets/flights/sources/')).toEqual([index, known]);
});

test('a file that was written a moment ago is read again, since a write beside it may leave its stamp', async () => {
  const path = join(bench.folder, 'new.csv');
  await writeFile(path, 'date,wind\n2001-01-01,5\n');
  const columns = [column('date', 'date'), column('wind', 'number')];
  const ports = bench.emptied();
  await indexSource(ports, { ...flights({ path }, 'csv'), columns, rules: [] });
  expect((await ports.store.list('datasets/flights/sources/')).filter((key) => key.includes('/known-'))).toEqual([]);
});

test('what is known of many files is written once, and of a new one beside them', async () => {
  const folder = join(bench.folder, 'many');
  await mkdir(folder);
  const write = async (count: number, from = 0) => {
    for (let at = from; at < from + count; at += 1)
      await writeFile(join(folder, `${at}.csv`), `date,wind\n2001-01-0${(at % 9) + 1},5\n`);
    const { changedMs } = await stampOf(join(folder, `${from + count - 1}.csv`));
    await vi.waitUntil(async () => (await settledMs()) > changedMs, { timeout: 20_000, interval: 100 });
  };
  const contract = {
    ...flights({ path: folder }, 'csv'),
    columns: [column('date', 'date'), column('wind', 'number')],
    rules: [],
  };
  const { store, ...others } = bench.emptied();
  const written: string[] = [];
  const put = (key: string, bytes: Uint8Array) => {
    if (key.includes('/known-'))
      written.push(
        `${key.includes('/known-later-') ? 'later' : 'whole'} ${JSON.stringify(Buffer.from(bytes).toString()).split('.csv').length - 1}`,
      );
    return store.put(key, bytes);
  };
  const ports = { ...others, store: { ...store, put } };
  await write(70);
  await indexSource(ports, contract);
  await indexSource(ports, contract);
  expect(written).toEqual(['whole 70', 'later 0']);
  await write(2, 70);
  await indexSource(ports, contract);
  const index = await indexSource(ports, contract);
  expect(written).toEqual(['whole 70', 'later 0', 'later 2']);
  expect(index.files).toHaveLength(72);
});

test('a file that a process saw is read again when it changed, whatever its size and its times say, and missed when it is gone', async () => {
  const folder = join(bench.folder, 'seen');
  await mkdir(folder);
  const path = (at: number) => join(folder, `${String(at).padStart(2, '0')}.csv`);
  const write = (at: number, day: number) => writeFile(path(at), `date,wind\n2001-01-0${day},5\n`);
  for (let at = 0; at < 70; at += 1) await write(at, (at % 9) + 1);
  const settled = async () => {
    const { changedMs } = await stampOf(path(7));
    await vi.waitUntil(async () => (await settledMs()) > changedMs, { timeout: 20_000, interval: 100 });
  };
  await settled();
  const contract = {
    ...flights({ path: folder }, 'csv'),
    columns: [column('date', 'date'), column('wind', 'number')],
    rules: [],
  };
  const ports = bench.emptied();
  await indexSource(ports, contract);
  const before = await indexSource(ports, contract);
  const { atime, mtime } = await stat(path(7));
  await write(7, 9);
  await utimes(path(7), atime, mtime);
  await rm(path(3));
  await settled();
  const expected = await indexSource(bench.emptied(), contract);
  for (const now of [await indexSource(ports, contract), await indexSource(ports, contract)]) {
    expect(now).toEqual(expected);
    expect(now.files).toHaveLength(69);
    expect(now.files[6]?.digest).not.toBe(before.files[7]?.digest);
    // What is as it was is what it was.
    expect(now.files[0]).toBe(before.files[0]);
  }
});

test('a stamp changes with every write that a clock can tell', async () => {
  const path = join(bench.folder, 'stamped');
  await writeFile(path, 'a');
  const before = await stampOf(path);
  expect(await stampOf(path)).toEqual(before);
  await writeFile(path, 'ab');
  expect((await stampOf(path)).id).not.toBe(before.id);
});
