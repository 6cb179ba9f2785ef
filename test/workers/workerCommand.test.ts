import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../workers/freePort.ts';

const whet = join(import.meta.dirname, '../../cli/whet.ts');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-worker-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Temporal may be killed while a worker starts: only a process that ends is started again. */
test.each(['pipeline', 'trainer'])(
  'a %s worker that finds no Temporal ends, though its parent still listens',
  async (role) => {
    const args = ['worker', role, '--address', `127.0.0.1:${await freePort()}`];
    const child = fork(whet, args, {
      cwd: folder,
      env: { ...process.env, WHET_STATE: folder },
      execArgv: [],
      stdio: 'pipe',
    });
    const said: Buffer[] = [];
    child.stderr?.on('data', (piece: Buffer) => said.push(piece));
    const [code] = await once(child, 'close');
    expect([code, Buffer.concat(said).toString()]).toEqual([6, expect.stringContaining('temporal.unreachable')]);
  },
);
