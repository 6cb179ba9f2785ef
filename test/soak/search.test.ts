import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepRunRecord } from '../../activities/runRecords.ts';
import { findSearchViolations } from '../../bench/soak/findViolations.ts';
import type { RunRecord } from '../../core/run.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { createJson, putObjectJson } from '../../storage/objects.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-search-soak-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const asOf = '2001-03-15T12';

test('a search that ended as an undisturbed one has no violation', async () => {
  const [store, calm] = [localDisk(join(folder, 'storm')), localDisk(join(folder, 'still'))];
  const [record, undisturbed] = await Promise.all([searched(store, ['a', 'b'], 1), searched(calm, ['b', 'a'], 1)]);
  expect(await found({ store, calm, record, undisturbed })).toEqual([]);
});

test('a trial that is there twice, lost, made up, without a result or started too often is seen, and another winner', async () => {
  const [store, calm] = [localDisk(join(folder, 'storm 2')), localDisk(join(folder, 'still 2'))];
  const record = await searched(store, ['a', 'a', 'c'], 1, ['a']);
  const undisturbed = await searched(calm, ['a', 'b'], 2);
  for (const nonce of ['1', '2', '3', '4']) await createJson(store, `trials/a/starts/${nonce}.json`, {});
  const violations = await found({ store, calm, record, undisturbed });
  expect(violations).toEqual(
    expect.arrayContaining([
      'trial a was started 4 times with 2 kills',
      expect.stringContaining('trial a was started after its result'),
      'trial c has no result',
      'trial a is in the table twice',
      'trial b of an undisturbed run is not in the table',
      'trial c is in the table, and not in that of an undisturbed run',
      expect.stringMatching(/^the best is .*"l2":1.*, that of an undisturbed run .*"l2":2/),
    ]),
  );
});

type Facts = Pick<Parameters<typeof findSearchViolations>[0], 'store' | 'calm' | 'record' | 'undisturbed'>;

function found(facts: Facts): Promise<string[]> {
  return findSearchViolations({ pipeline: 'p', asOf, before: new Map(), kills: 2, ...facts });
}

async function searched(store: ObjectStore, keys: string[], l2: number, ended = keys): Promise<RunRecord> {
  for (const key of new Set(ended)) await createJson(store, `trials/${key}/result.json`, { key });
  const table = await putObjectJson(
    store,
    keys.map((key) => ({ key })),
  );
  return keepRunRecord(store, {
    ...{ pipeline: 'p', asOf, plan: 'plan', status: 'judged', why: '', workflow: 'w', stages: [] },
    ...{ startedAt: '2001-03-15T12:00:00Z', endedAt: '2001-03-15T12:01:00Z' },
    trials: { total: keys.length, run: keys.length, reused: 0, table },
    best: { learner: 'logistic', parameters: { l2 }, epochs: 1 },
  });
}
