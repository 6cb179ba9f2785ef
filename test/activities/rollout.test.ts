import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Ports } from '../../activities/ports.ts';
import { createRolloutActivities, type RolloutChange } from '../../activities/rollout.ts';
import { noRetraining } from '../../core/retrainStanding.ts';
import type { RolloutPlan } from '../../core/rolloutPlan.ts';
import { type RolloutStep, rolloutSteps, stepText } from '../../core/rolloutSteps.ts';
import type { Routing, ServingLease } from '../../core/routing.ts';
import { readLedger } from '../../registry/ledger.ts';
import { changeStanding } from '../../registry/retrainings.ts';
import { registerVersion } from '../../registry/versions.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { createJson, putJson, readJson } from '../../storage/objects.ts';
import { candidateOf } from '../workflows/candidateOf.ts';
import { storyPlan } from '../workflows/storyPlan.ts';

const pipeline = 'flight-delays';
const now = Date.parse('2001-03-15T12:05:00.000Z');
const at = new Date(now).toISOString();
const plan: RolloutPlan = { parity: true, shadowMs: 1_000, canary: [{ weight: 0.05, forMs: 1_000 }], holdMs: 1_000 };
const [shadow, canary, hold] = rolloutSteps(plan) as [RolloutStep, RolloutStep, RolloutStep];

let folder: string;
let store: ObjectStore;
let activities: ReturnType<typeof createRolloutActivities>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-rollout-'));
  store = localDisk(folder);
  activities = createRolloutActivities({ store, clock: () => now, plans: followers() } as Ports);
  await createJson(store, 'plans/plan-1.json', {
    pipeline,
    rollout: plan,
    serving: { deadlineMs: 20, stickyBy: 'customer' },
  });
  for (const digest of ['d1', 'd2']) {
    const candidate = candidateOf(pipeline, digest, '2001-03-15T12');
    await registerVersion(store, pipeline, candidate, { who: 'run r', why: 'the gate passed', at });
  }
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const commit = (change: Pick<RolloutChange, 'event' | 'version' | 'step' | 'rival'>, why = 'a test') =>
  activities.commit({ pipeline, who: 'a test', why, at, ...change });
const prepare = (version: number) => activities.prepare({ pipeline, version, bySteps: true });
const routing = () => readJson<Routing>(store, `serving/${pipeline}/routing.json`);

/** One that is trained after it, and one that is not. */
function followers(): Ports['plans'] {
  const after = { kind: 'after', pipeline } as const;
  const plans = [{ ...storyPlan('after-it'), retrain: [after] }, storyPlan('on-its-own')];
  return new Map(plans.map((one) => [one.pipeline, one]));
}

async function serving(atMs: number): Promise<void> {
  const lease: ServingLease = { id: 'a', pid: 1, url: 'http://a', at: atMs, epoch: 1, prepared: [1], refused: {} };
  await putJson(store, `serving/${pipeline}/workers/a.json`, lease);
}

test('a promotion names the pipelines that are trained after it, each other change none', async () => {
  expect(await commit({ event: 'promoted', version: 1 })).toEqual({ epoch: 1, after: ['after-it'] });
  expect(await commit({ event: 'traffic changed', version: 2, step: shadow })).toEqual({ epoch: 2 });
  const refreshed = { ...candidateOf(pipeline, 'd3', '2001-03-15T13'), refresh: { of: 1, weights: 1 } };
  await registerVersion(store, pipeline, refreshed, { who: 'run r', why: 'other tables', at });
  expect(await commit({ event: 'promoted', version: 3 })).toEqual({ epoch: 3 });
});

test('where the past of its run passes again, they are trained at the same hour of it', async () => {
  const replay = { from: '2001-03-15T12', startedAt: at, hourLastsMs: 60_000 };
  await changeStanding(store, pipeline, async () => ({ standing: { ...noRetraining, replay }, value: null }));
  expect(await commit({ event: 'promoted', version: 1 })).toEqual({ epoch: 1, after: ['after-it'], replay });
});

test('a version goes by the steps of its plan where there is one to compare with and somebody who serves', async () => {
  await serving(now);
  expect(await prepare(1)).toMatchObject({ champion: null, steps: [], atOnce: 'no other version answers' });
  await commit({ event: 'promoted', version: 1 });
  const course = await prepare(2);
  expect(course).toMatchObject({ champion: 1, atOnce: null });
  expect(course.steps.map(stepText)).toEqual([
    'shadow for 1 second',
    'canary of 5 % for 1 second',
    'hold for 1 second',
  ]);
  expect((await activities.prepare({ pipeline, version: 2 })).steps).toEqual([]);
  await serving(now - 60_000);
  expect((await prepare(2)).atOnce).toBe('no serving process lives, so nothing could be seen of it');
  const leases = () => store.list(`serving/${pipeline}/workers/`);
  expect(await leases()).toHaveLength(1);
  await serving(now - 2 * 60 * 60_000);
  await prepare(2);
  expect(await leases()).toEqual([]);
  expect((await routing())?.prepare?.version).toBe(2);
});

test('each step is one entry and one epoch, however often it is committed, and shares requests as the pipeline says', async () => {
  await commit({ event: 'promoted', version: 1 });
  for (const _try of [1, 2]) await commit({ event: 'traffic changed', version: 2, step: shadow }, 'shadow');
  expect(await routing()).toMatchObject({
    epoch: 2,
    champion: { version: 1 },
    traffic: {
      variants: { challenger: { version: { version: 2, digest: 'd2' }, weight: 0, shadow: 1 } },
      ...{ deadlineMs: 20, stickyBy: 'customer' },
    },
  });
  await commit({ event: 'traffic changed', version: 2, step: canary }, 'canary');
  expect((await routing())?.traffic?.variants.challenger).toMatchObject({ weight: 0.05, shadow: 0 });
  for (const _try of [1, 2]) await commit({ event: 'promoted', version: 2, step: hold, rival: 1 });
  expect(await routing()).toMatchObject({
    epoch: 4,
    champion: { version: 2 },
    traffic: { variants: { previous: { version: { version: 1 }, weight: 0, shadow: 1 } }, fallback: ['previous'] },
  });
  await commit({ event: 'traffic changed', version: 2 }, 'the hold is over');
  expect(await routing()).toEqual(expect.not.objectContaining({ traffic: expect.anything() }));
  expect((await readLedger(store, pipeline)).map(({ routing: { epoch } }) => epoch)).toEqual([0, 0, 1, 2, 3, 4, 5]);
});

test('a rollout that is given up leaves no variant behind, and a version that answers alone', async () => {
  await commit({ event: 'promoted', version: 1 });
  await commit({ event: 'traffic changed', version: 2, step: canary });
  const ana = { pipeline, who: 'ana', why: 'complaints', at };
  for (const _try of [1, 2]) await activities.abandon({ ...ana, version: 2 });
  expect((await readLedger(store, pipeline)).at(-1)).toMatchObject({
    n: 5,
    event: { kind: 'rollout failed' },
    who: 'ana',
  });
  expect(await routing()).toMatchObject({ epoch: 3, champion: { version: 1 }, prepare: null });
  expect((await routing())?.traffic).toBeUndefined();
  await activities.abandon({ ...ana, version: 1 });
  expect(await readLedger(store, pipeline)).toHaveLength(5);
});
