import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localDisk } from '../../storage/localDisk.ts';
import { temporaryPath } from '../../storage/temporaryPath.ts';

let folder: string;
let living: ChildProcess | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-temporary-'));
});
afterAll(async () => {
  living?.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

async function holding(place: string, prefix = ''): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'children/holds.ts'), [place, prefix], { execArgv: [] });
  await once(child, 'message');
  return child;
}

async function killed(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

test('what a killed process left is gone once another asks; what a living one has stays', async () => {
  const place = join(folder, 'shared');
  const doomed = await holding(place, 'part-');
  living = await holding(place, 'part-');
  const both = await readdir(place);
  await killed(doomed);
  await writeFile(join(place, 'part-of-someone-else'), '');
  const own = await temporaryPath(place, 'part-');
  await mkdir(own);
  const left = await readdir(place);
  expect(both).toHaveLength(4);
  expect(left.filter((name) => name.includes(`~${doomed.pid}~`))).toEqual([]);
  expect(left.filter((name) => name.includes(`~${living?.pid}~`))).toHaveLength(2);
  expect(left).toContain('part-of-someone-else');
  expect(await temporaryPath(place, 'part-')).not.toBe(own);
});

test('what another machine left is gone after two days', async () => {
  const place = join(folder, 'machines');
  await mkdir(place);
  const names = ['elsewhere~7~0123abcd~1', 'elsewhere~7~0123abcd~2'];
  for (const name of names) await writeFile(join(place, name), '');
  const old = Date.now() / 1_000 - 2 * 86_400 - 60;
  await utimes(join(place, names[0] ?? ''), old, old);
  await temporaryPath(place);
  expect(await readdir(place)).toEqual([names[1]]);
});

test('a store on the disk begins with what killed writers left, and ends without', async () => {
  const store = join(folder, 'store');
  await killed(await holding(join(store, 'tmp')));
  expect(await readdir(join(store, 'tmp'))).toHaveLength(2);
  await localDisk(store).put('a', Buffer.from('a'));
  expect(await readdir(join(store, 'tmp'))).toEqual([]);
});
