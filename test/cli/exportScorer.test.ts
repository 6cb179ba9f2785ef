import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerVersion } from '../../registry/versions.ts';
import { localDisk } from '../../storage/localDisk.ts';
import { byTest, versionLike } from '../registry/versionLike.ts';
import { putCompiled } from '../serving/compiledVersion.ts';
import { goodRow, pipeline, putVersion, scoreOf } from '../serving/fixture.ts';

const root = resolve(import.meta.dirname, '../..');
let folder: string;
let exported: ReturnType<typeof whet>;

/** Outside the repository, where no package is found. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-export-test-'));
  const store = localDisk(join(folder, 'store'));
  for (const { package: id, digest } of [await putCompiled(store, 1), await putVersion(store, 2)]) {
    await registerVersion(store, pipeline, versionLike(digest, { package: id }), byTest);
  }
  exported = whet('export', pipeline, '1', '--to', 'scorer.mjs', '--json');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const whet = (...args: string[]) =>
  spawnSync(process.execPath, [join(root, 'cli/whet.ts'), ...args], {
    cwd: folder,
    env: { ...process.env, WHET_STORE: join(folder, 'store') },
    encoding: 'utf8',
  });
const alone = (text: string): string =>
  execFileSync(process.execPath, ['--input-type=module', '-e', text], { cwd: folder, encoding: 'utf8' });

test('a version becomes a module that scores and tests itself, alone', async () => {
  const { status, stdout } = exported;
  expect([status, JSON.parse(stdout)]).toMatchObject([
    0,
    { version: 1, tested: expect.stringMatching(/^2 golden rows/) },
  ]);
  const told = execFileSync(process.execPath, ['scorer.mjs', '--test'], { cwd: folder, encoding: 'utf8' });
  expect(told).toMatch(/^2 golden rows scored as onnxruntime scores them; largest difference [\d.e-]+\n$/);
  expect(execFileSync(process.execPath, ['scorer.mjs'], { cwd: folder, encoding: 'utf8' })).toBe('');
  const found = JSON.parse(
    // As in a browser, where there is no process.
    alone(`const { log } = console; delete globalThis.process;
      const { score, decide, meta, selfTest } = await import('./scorer.mjs');
      const at = score(${JSON.stringify(goodRow)});
      const same = [new Date('${goodRow.date}'), Date.parse('${goodRow.date}')].map((date) => score({ ...${JSON.stringify(goodRow)}, date }) === at);
      log(JSON.stringify({ at, decision: decide(at), same, version: meta.version, tested: selfTest().rows }))`),
  );
  expect(found).toEqual({
    at: expect.closeTo(scoreOf(1, 12, 733, 'ORD'), 5),
    decision: 'late',
    same: [true, true],
    version: 1,
    tested: 2,
  });
});

test('the module names the column that does not fit', () => {
  const row = JSON.stringify(goodRow);
  const rows = [
    `{ ...${row}, origin: 5 }`,
    `{ ...${row}, date: '2001-02-30' }`,
    `{ ...${row}, delay: 5 }`,
    `{ origin: 'ORD' }`,
    '5',
  ];
  const told = alone(`const { score } = await import('./scorer.mjs');
    for (const row of [${rows.join(', ')}]) try { score(row); } catch ({ message }) { console.log(message); }`);
  expect(told.trim().split('\n')).toEqual([
    "expected string in the column 'origin', but came 5",
    "expected date in the column 'date', but came 2001-02-30",
    "expected no column but date, destination, distance, origin, but came 'delay'",
    "expected the column 'date'",
    'expected a row as an object of columns',
  ]);
});

test('a module that was changed fails its own test', async () => {
  const text = await readFile(join(folder, 'scorer.mjs'), 'utf8');
  await writeFile(join(folder, 'changed.mjs'), text.replace('"scores":[0.', '"scores":[0.1'));
  const { status, stderr } = spawnSync(process.execPath, ['changed.mjs', '--test'], { cwd: folder, encoding: 'utf8' });
  expect([status, stderr]).toEqual([1, expect.stringContaining('expected the score 0.1')]);
});

test('nothing is written over, and what onnxruntime alone scores is refused', () => {
  expect(whet('export', pipeline, '1', '--to', 'scorer.mjs')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('input.invalid'),
  });
  const { status, stderr } = whet('export', pipeline, '2', '--to', 'other.mjs');
  expect([status, stderr]).toEqual([
    5,
    expect.stringMatching(/scorer.not-compiled.*version 2 of 'flight-delays'.*Div of int64/),
  ]);
});
