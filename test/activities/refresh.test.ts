import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Ports } from '../../activities/ports.ts';
import { createRefreshActivities } from '../../activities/refresh.ts';
import { createReleaseActivities } from '../../activities/release.ts';
import { findRun, keepRunRecord } from '../../activities/runRecords.ts';
import type { LedgerEvent } from '../../core/ledger.ts';
import type { RunRecord } from '../../core/run.ts';
import { appendLedger } from '../../registry/ledger.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { createJson } from '../../storage/objects.ts';
import { flightPlan } from '../models/flightPlan.ts';
import { candidateOf } from '../workflows/candidateOf.ts';

const pipeline = 'flight-delays';
const ana = { who: 'ana', why: 'the shop is on sale', at: '2001-03-15T12:05:00.000Z' };
let folder: string;
let store: ObjectStore;
let ports: Ports;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-refresh-'));
  store = localDisk(folder);
  // What is read before a source is looked at: the store, a clock and the plans.
  ports = { store, clock: () => Date.parse(ana.at), plans: new Map([[pipeline, flightPlan]]) } as unknown as Ports;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('what a refresh is about', () => {
  test('is the champion, the plan that it was made by, and the hour that is asked for', async () => {
    await champion(flightPlan);
    expect(await resolved('2001-03-15T15')).toMatchObject({
      ...{ planId: 'plan-1', asOf: '2001-03-15T15', skip: null },
      ...{ plan: { pipeline }, champion: { version: 1, asOf: '2001-03-15T12' } },
    });
    expect(await skipAt('2001-03-15T12')).toBeNull();
    expect(await skipAt('2001-03-15T11')).toBe('version 1 has the tables of 2001-03-15T12 already');
  });

  test('is nothing where no version answers, or where it has no table', async () => {
    expect(await resolved('2001-03-15T15')).toMatchObject({
      champion: null,
      skip: 'no version answers yet: retrain first',
    });
    await expect(resolved('2001-03-15T15', 'flight-delay')).rejects.toThrow(/pipeline\.unknown/);
    const features = flightPlan.features.filter(({ kind }) => kind !== 'recentRate');
    await champion({ ...flightPlan, features });
    expect(await skipAt('2001-03-15T15')).toBe('version 1 has no feature of recentRate or recentCount');
  });

  test('is nothing while a person or a rollout holds the champion', async () => {
    await champion(flightPlan);
    await said({ kind: 'paused' });
    expect(await skipAt('2001-03-15T15')).toBe('releases are paused by ana: the shop is on sale');
    await said({ kind: 'resumed' });
    const variants = { challenger: { version: 2, weight: 0.05, shadow: 0 } };
    const traffic = { variants, rules: [], fallback: [], deadlineMs: 1_000 };
    await said({ kind: 'traffic changed', version: 2, traffic });
    expect(await skipAt('2001-03-15T15')).toContain('a rollout is under way');
    await said({ kind: 'rollout failed', version: 2 });
    await said({ kind: 'rejected', version: 1 });
    expect(await skipAt('2001-03-15T15')).toBe('version 1 was turned down by ana: the shop is on sale');
  });
});

describe('the record of a refresh', () => {
  test('that is skipped again for the same reason is the one that was written', async () => {
    const first = await kept('a', 'skipped', 'no new labels settled');
    expect((await kept('b', 'skipped', 'no new labels settled')).run).toBe(first.run);
    expect((await kept('c', 'skipped', 'paused')).run).toBe(`${pipeline}/2001-03-15T12/2`);
    expect((await kept('d', 'refreshed', 'refreshed')).run).toBe(`${pipeline}/2001-03-15T12/3`);
    expect((await kept('e', 'skipped', 'no new labels settled')).run).toBe(`${pipeline}/2001-03-15T12/4`);
  });

  test('is named by its number: without one the run that trained is meant', async () => {
    await kept('a', 'judged', 'passed', {});
    const refresh = await kept('b', 'refreshed', 'refreshed');
    expect((await findRun(store, pipeline)).status).toBe('judged');
    expect((await findRun(store, refresh.run)).status).toBe('refreshed');
  });

  test('a run that was skipped is named by its number: without one the run that was judged is meant', async () => {
    const judged = await kept('a', 'judged', 'passed', {});
    const skipped = await kept('b', 'skipped', 'no new data', {});
    expect((await findRun(store, `${pipeline}/2001-03-15T12`)).run).toBe(judged.run);
    expect((await findRun(store, pipeline)).run).toBe(judged.run);
    expect((await findRun(store, skipped.run)).run).toBe(skipped.run);
    expect((await findRun(store, pipeline, ({ why }) => why === 'no new data')).run).toBe(skipped.run);
  });
});

async function champion(plan: object): Promise<void> {
  await createJson(store, 'plans/plan-1.json', plan);
  const release = createReleaseActivities(ports);
  await release.register({ pipeline, candidate: candidateOf(pipeline, 'd1', '2001-03-15T12') });
  await said({ kind: 'promoted', version: 1 });
}

function said(event: LedgerEvent) {
  return appendLedger(store, pipeline, event, ana);
}

function resolved(asOf: string, of = pipeline) {
  return createRefreshActivities(ports).resolveRefresh({ input: { pipeline: of, asOf }, nowMs: Date.parse(ana.at) });
}

async function skipAt(asOf: string): Promise<string | null> {
  const found = await resolved(asOf);
  if ('open' in found) throw new Error('expected an answer');
  return found.skip;
}

function kept(
  workflow: string,
  status: RunRecord['status'],
  why: string,
  facts: Partial<RunRecord> = { refreshes: 1 },
): Promise<RunRecord> {
  const times = { startedAt: ana.at, endedAt: `2001-03-15T12:00:0${workflow.charCodeAt(0) - 96}.000Z` };
  const told = { pipeline, asOf: '2001-03-15T12', plan: 'plan-1', stages: [], ...times };
  return keepRunRecord(store, { ...told, workflow, status, why, ...facts });
}
