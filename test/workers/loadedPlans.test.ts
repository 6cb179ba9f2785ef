import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withEngine } from '../../workers/engine.ts';
import { engineOwner, writeEngine } from '../../workers/engineFile.ts';
import { changedPlans, type LoadedPlans, loadedPlans } from '../../workers/loadedPlans.ts';
import { openWorkplace } from '../../workers/workplace.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-plans-'));
  await mkdir(join(folder, 'pipelines'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a pipeline file that does not load is told at once, and nothing is started for it', async () => {
  await write('broken.mjs', 'export const broken = definePipeline({});');
  const lines: string[] = [];
  const retraining = withEngine(
    optionsOf((line) => lines.push(line)),
    async () => 'done',
  );
  await expect(retraining).rejects.toMatchObject({
    code: 'pipeline.unloadable',
    facts: { came: expect.stringContaining('definePipeline is not defined') },
  });
  expect([lines, await engineOwner(join(folder, '.whet'))]).toEqual([[], undefined]);
});

test('a command tells that the engine that runs works by other pipelines than the files say', async () => {
  await write('a.mjs', pipelineOf('same', 1));
  await write('b.mjs', pipelineOf('other', 2));
  await write('c.mjs', pipelineOf('added', 1));
  const { same = '' } = await loadedPlans(folder);
  const line = await toldBeside({ same, other: same, gone: same });
  expect(line).toContain(`the engine of process ${process.pid} works by: 'other' changed, 'added' is new.`);
});

test('an engine that works by the files as they are, and by one that is gone, is as it should be', () => {
  expect(changedPlans({ same: '1', gone: '2' }, { same: '1' })).toBeUndefined();
});

const write = (name: string, text: string) => writeFile(join(folder, 'pipelines', name), text);
const pipelineOf = (pipeline: string, format: number) =>
  `export const it = { plan: { pipeline: '${pipeline}', format: ${format}, contract: {} } };`;

function optionsOf(report: (line: string) => void) {
  const workplace = openWorkplace(folder, join(folder, '.whet'), join(folder, 'store'));
  return { workplace, roles: ['pipeline'] as const, port: 0, uiPort: 0, report };
}

/** The first that is told of an engine with these plans; a report that throws ends the command there. */
async function toldBeside(plans: LoadedPlans): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const store = join(folder, 'store');
  try {
    await writeEngine(join(folder, '.whet'), { address, namespace: 'default', uiUrl: null, pid: null, store, plans });
    const told = withEngine(
      optionsOf((line) => {
        throw new Error(line);
      }),
      async () => 'nothing',
    );
    return await told.catch((error: Error) => error.message);
  } finally {
    server.close();
  }
}
