import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from '@temporalio/activity';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { noteRuns } from '../../activities/noteRuns.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { oldestRunMs } from '../../upkeep/runsUnderWay.ts';

let folder: string;
let store: ObjectStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-notes-'));
  store = localDisk(folder);
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs an activity of a worker; gives what is noted while it is at work. */
async function noted(
  worker: ReturnType<typeof noteRuns>,
  runId: string,
  activityType: string,
  workflowType = 'run',
): Promise<number | undefined> {
  const context = { info: { workflowType, activityType, workflowExecution: { runId, workflowId: 'w' } } };
  const { execute } = worker(context as unknown as Context);
  const during = await execute?.({ args: [], headers: {} }, () => oldestRunMs(store, 10));
  return during as number | undefined;
}

test('a run is noted before its first activity and until its record is written, by whichever worker', async () => {
  let now = 1;
  const [one, other] = [noteRuns({ store, clock: () => now }), noteRuns({ store, clock: () => now })];
  expect(await noted(one, 'a', 'contract')).toBe(1);
  now = 5;
  expect([await noted(other, 'b', 'contract'), await noted(other, 'a', 'features')]).toEqual([1, 1]);
  expect(await noted(other, 'a', 'recordRun')).toBe(1);
  expect(await oldestRunMs(store, 10)).toBe(5);
  await noted(one, 'b', 'recordRun');
  expect(await oldestRunMs(store, 10)).toBeUndefined();
});

test('a refresh is noted as a run is', async () => {
  expect(await noted(noteRuns({ store, clock: () => 3 }), 'e', 'contract', 'refresh')).toBe(3);
});

test('other workflows are not noted, and a run that failed to write its record stays so', async () => {
  const worker = noteRuns({ store, clock: () => 3 });
  expect(await noted(worker, 'c', 'submit', 'release')).toBeUndefined();
  const context = { info: { workflowType: 'run', activityType: 'recordRun', workflowExecution: { runId: 'd' } } };
  const failing = worker(context as unknown as Context).execute?.({ args: [], headers: {} }, () =>
    Promise.reject(new Error('no store')),
  );
  await expect(failing).rejects.toThrow('no store');
  expect(await oldestRunMs(store, 10)).toBe(3);
});
