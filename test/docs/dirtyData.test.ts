import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadContracts } from '../../workers/catalogue.ts';
import { codeBlock, root } from './codeBlocks.ts';

const document = 'docs/dirty-data.md';
let folder: string;

/** Below the repository, so that `whetstone` and `zod` are found, in a folder that git ignores. */
beforeAll(() => {
  mkdirSync(join(root, '.whet'), { recursive: true });
  folder = mkdtempSync(join(root, '.whet', 'dirty-'));
  mkdirSync(join(folder, 'pipelines'));
  for (const file of ['birdstrikes.ts', 'weather.ts', 'flights.ts'])
    writeFileSync(join(folder, 'pipelines', file), codeBlock(document, file));
  copyFileSync(join(root, 'node_modules/vega-datasets/data/birdstrikes.csv'), join(folder, 'birdstrikes.csv'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the contracts of the document load', async () => {
  expect([...(await loadContracts(folder)).keys()].sort()).toEqual(['birdstrikes', 'nyc-flights', 'weather']);
});

test('the contract of the birds finds what the document says', () => {
  const args = [join(root, 'cli/whet.ts'), 'validate', 'birdstrikes', 'birdstrikes.csv'];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  const [found] = stdout.split('\nfor example:');
  expect([status, found]).toEqual([0, codeBlock(document, 'birdstrikes')]);
});
