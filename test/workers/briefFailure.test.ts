import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-brief-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a command with an engine of its own tells once why its work failed', () => {
  const { WHET_STATE: _state, WHET_STORE: _store, ...env } = process.env;
  const whet = resolve(import.meta.dirname, '../../cli/whet.ts');
  const { status, stderr } = spawnSync(process.execPath, [whet, 'look', 'nobody'], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([2, expect.stringContaining('\nwhet: pipeline.unknown: ')]);
  expect(stderr.split('pipeline.unknown')).toHaveLength(2);
});
