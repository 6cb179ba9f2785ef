import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker, type WorkflowBundle } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleWorkflows } from '../../workers/bundleWorkflows.ts';
import { silence } from './storyWorker.ts';

const root = join(import.meta.dirname, '../..');
const recorded = join(root, 'test/histories');
const names = (await readdir(recorded)).map((file) => file.replace('.json', ''));
let bundle: WorkflowBundle;
let folder: string;

beforeAll(async () => {
  silence();
  // Inside the repository, so that imports of packages resolve, and where neither git nor other tests look.
  await mkdir(join(root, '.whet'), { recursive: true });
  folder = await mkdtemp(join(root, '.whet/replay-'));
  bundle = await bundleWorkflows();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the recorded histories', () => {
  test('are of every workflow', async () => {
    const entry = await readFile(join(root, 'workflows/workflows.ts'), 'utf8');
    const workflows = [...entry.matchAll(/^export \{ (\w+) \}/gm)].map(([, name]) => name);
    const started = await Promise.all(names.map(async (name) => typeOf(await history(name))));
    expect([...new Set(started)].sort()).toEqual(workflows.sort());
  });

  test.each(names)(
    'replay under the code of now: %s (if it changed on purpose before a release: npm run histories)',
    async (name) => {
      await Worker.runReplayHistory({ workflowBundle: bundle }, await history(name));
    },
  );

  test('do not replay when two activities change places', async () => {
    for (const room of ['workflows', 'core']) await cp(join(root, room), join(folder, room), { recursive: true });
    const place = join(folder, 'workflows/freezeWindow.ts');
    await writeFile(
      place,
      swapped(await readFile(place, 'utf8'), ' contract.executeWithOptions', ' snapshot.executeWithOptions'),
    );
    const workflowBundle = await bundleWorkflows(pathToFileURL(join(folder, 'workflows/workflows.ts')));
    const replay = async (name: string) => Worker.runReplayHistory({ workflowBundle }, await history(name));
    await expect(replay('run')).rejects.toBeInstanceOf(DeterminismViolationError);
    await expect(replay('run')).rejects.toThrow(/contract|snapshot/);
    await replay('search');
  });
});

async function history(name: string): Promise<unknown> {
  return JSON.parse(await readFile(join(recorded, `${name}.json`), 'utf8'));
}

function typeOf(recording: unknown): string | undefined {
  const { events } = recording as { events: { workflowExecutionStartedEventAttributes?: Started }[] };
  return events[0]?.workflowExecutionStartedEventAttributes?.workflowType.name;
}

interface Started {
  readonly workflowType: { readonly name: string };
}

function swapped(source: string, one: string, other: string): string {
  const parts = source.split(one);
  expect(parts).toHaveLength(2);
  const swappedParts = parts.map((part) => part.replace(other, one));
  expect(swappedParts).not.toEqual(parts);
  return swappedParts.join(other);
}
