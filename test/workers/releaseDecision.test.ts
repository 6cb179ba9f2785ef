import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LedgerEvent } from '../../core/ledger.ts';
import { appendLedger } from '../../registry/ledger.ts';
import { registerVersion } from '../../registry/versions.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { createJson } from '../../storage/objects.ts';
import { releaseDecision } from '../../workers/releaseDecision.ts';
import { byTest, versionLike } from '../registry/versionLike.ts';

let folder: string;
let store: ObjectStore;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-decision-'));
  store = localDisk(folder);
  const approvals = [{ role: 'risk', count: 1 }];
  await createJson(store, 'plans/asking.json', { release: { approvals, expireAfterMs: 1_000 } });
  await createJson(store, 'plans/plan.json', {});
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each<[string, string, readonly LedgerEvent[], string]>([
  ['approvals', 'asking', [], 'version 1 waits for approvals: 1 of risk'],
  ['a pause', 'plan', [{ kind: 'paused' }], 'version 1 waits, for releases are paused by a test: to see'],
  ['nobody', 'plan', [{ kind: 'promoted', version: 1 }], 'version 1 promoted: to see'],
])('whoever waits for a version that waits for %s is told', async (_, plan, events, told) => {
  const pipeline = `waiting-${plan}-${events.length}-${events[0]?.kind ?? 'none'}`;
  await registerVersion(store, pipeline, versionLike('d1', { plan }), byTest);
  for (const event of events) await appendLedger(store, pipeline, event, byTest);
  expect(await releaseDecision(store, pipeline, 1, 0)).toBe(told);
});

test('whoever goes back from a version whose promotion just came is told of the rollback', async () => {
  const pipeline = 'going-back';
  for (const digest of ['d1', 'd2'])
    await registerVersion(store, pipeline, versionLike(digest, { plan: 'plan' }), byTest);
  for (const version of [1, 2]) await appendLedger(store, pipeline, { kind: 'promoted', version }, byTest);
  const told = releaseDecision(store, pipeline, 2, 3, undefined, true);
  await appendLedger(store, pipeline, { kind: 'rolled back', version: 1 }, byTest);
  expect(await told).toBe('rolled back to version 1: to see');
});
