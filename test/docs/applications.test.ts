import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openServer, type Server } from '../../serving/server.ts';
import { localDisk } from '../../storage/localDisk.ts';
import { freePort } from '../../workers/freePort.ts';
import { putCompiled } from '../serving/compiledVersion.ts';
import { route, scoreOf } from '../serving/fixture.ts';
import { codeBlock, root } from './codeBlocks.ts';

let folder: string;
let server: Server;

/** Below the repository, so that `whetstone` is found, in a folder that git ignores. */
beforeAll(async () => {
  mkdirSync(join(root, '.whet'), { recursive: true });
  folder = mkdtempSync(join(root, '.whet', 'applications-'));
  mkdirSync(join(folder, 'pipelines'));
  copyFileSync(join(root, 'pipelines/flight-delays.ts'), join(folder, 'pipelines/flight-delays.ts'));
  const store = localDisk(join(folder, '.whet/store'));
  await route(store, 1, await putCompiled(store, 1));
  server = await openServer({ store, clock: () => Date.now(), report: () => {} });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const shown = scoreOf(1, 12, 733, 'ORD').toFixed(3);

/** What it prints, in a process of its own. */
async function run(name: string, text: string): Promise<string> {
  writeFileSync(join(folder, name), text);
  return (await promisify(execFile)(process.execPath, [name], { cwd: folder })).stdout;
}

test('the scorer of the document scores', async () => {
  const told = await run('score.ts', codeBlock('docs/serving.md', 'score.ts'));
  expect(told).toBe(`version 1: late (${shown})\n2 scores\n`);
});

test('the client of the document is answered, its first address being dead', async () => {
  const dead = `http://127.0.0.1:${await freePort()}`;
  const text = codeBlock('docs/serving.md', 'client.ts').replace('http://127.0.0.1:8080', dead);
  const told = await run('client.ts', text.replace('http://127.0.0.1:8081', server.url));
  expect(told).toBe(`late (${shown})\n1 label stored\n`);
});
