import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { graphCheck } from '../../cli/actions/graphCheck.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-graph-'));
  for (const name of ['pipelines', 'graphs', '.whet/store/serving/live'])
    await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, 'pipelines/p.mjs'), `export const p = { plan: { pipeline: 'disputes', format: 1 } };`);
  await writeFile(join(folder, '.whet/store/serving/live/routing.json'), '{}');
  vi.spyOn(process, 'cwd').mockReturnValue(folder);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

test.each([
  ['disputes', []],
  ['live', []],
  ['disptes', [expect.stringContaining("'score' asks the pipeline 'disptes' (did you mean 'disputes'?)")]],
])('whet graph check of a graph that asks %s', async (pipeline, warnings) => {
  const text = `nodes:\n  score: { model: ${pipeline}, of: input }\noutput: score\ndeadlineMs: 100\n`;
  await writeFile(join(folder, 'graphs/g.yaml'), text);
  const stdout = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await graphCheck('g', { json: true });
  expect(JSON.parse(String(stdout.mock.calls[0]?.[0]))).toMatchObject({ nodes: 1, warnings });
});
