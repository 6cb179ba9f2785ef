import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { pauseRelease } from '../../cli/actions/decideRelease.ts';
import { ledger } from '../../cli/actions/ledger.ts';
import { live } from '../../cli/actions/live.ts';
import { release } from '../../cli/actions/release.ts';
import { runs } from '../../cli/actions/runs.ts';
import { traffic } from '../../cli/actions/traffic.ts';
import { versions } from '../../cli/actions/versions.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-named-'));
  await mkdir(join(folder, 'pipelines'));
  await writeFile(join(folder, 'pipelines/p.mjs'), `export const p = { plan: { pipeline: 'disputes', format: 1 } };`);
  vi.spyOn(process, 'cwd').mockReturnValue(folder);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

test.each([
  ['ledger', (pipeline: string) => ledger(pipeline, { verify: true })],
  ['versions', (pipeline: string) => versions(pipeline, {})],
  ['runs', (pipeline: string) => runs(pipeline, {})],
])('whet %s refuses a name that is mistyped, and has nothing to tell of a pipeline without a run', async (_, told) => {
  const stdout = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await expect(told('disptes')).rejects.toMatchObject({
    code: 'pipeline.unknown',
    facts: { expected: expect.stringContaining("('disputes')"), came: "'disptes' (did you mean 'disputes'?)" },
  });
  expect(stdout).not.toHaveBeenCalled();
  await told('disputes');
  expect(stdout).toHaveBeenCalled();
});

test.each([
  ['pause', pauseRelease('pause')],
  ['release', release],
  ['live', live],
  ['traffic', traffic],
])('whet %s refuses a name that is mistyped: nobody is to believe that it was done', async (_, said) => {
  await expect(said('disptes', {})).rejects.toMatchObject({
    code: 'pipeline.unknown',
    facts: { came: "'disptes' (did you mean 'disputes'?)" },
  });
});
