import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Ports } from '../../activities/ports.ts';
import { createReleaseActivities } from '../../activities/release.ts';
import { createRolloutActivities } from '../../activities/rollout.ts';
import { createTrafficActivities } from '../../activities/traffic.ts';
import type { Routing } from '../../core/routing.ts';
import type { TrafficWish } from '../../core/servingPlan.ts';
import { readLedger } from '../../registry/ledger.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { createJson, readJson } from '../../storage/objects.ts';
import { candidateOf } from '../workflows/candidateOf.ts';

const pipeline = 'flight-delays';
const at = '2001-03-15T12:05:00.000Z';
const ana = { who: 'ana', why: 'which sells more', at };

describe('a person who shares requests', () => {
  let folder: string;
  let store: ObjectStore;
  let activities: ReturnType<typeof createTrafficActivities> & ReturnType<typeof createRolloutActivities>;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'whet-traffic-'));
    store = localDisk(folder);
    const ports = { store, clock: () => Date.parse(at), plans: new Map() } as Partial<Ports> as Ports;
    activities = { ...createTrafficActivities(ports), ...createRolloutActivities(ports) };
    const serving = { deadlineMs: 20, stickyBy: 'customer', fallback: ['quick'] };
    await createJson(store, 'plans/plan-1.json', { pipeline, serving });
    const release = createReleaseActivities(ports);
    for (const digest of ['d1', 'd2', 'd3']) {
      const candidate = candidateOf(pipeline, digest, '2001-03-15T12');
      await release.register({ pipeline, candidate });
      for (const id of [candidate.digest, candidate.package]) await store.create(`objects/${id}`, Buffer.from(id));
    }
    await activities.commit({ pipeline, version: 1, event: 'promoted', ...ana });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const routing = async () => readJson<Routing>(store, `serving/${pipeline}/routing.json`);
  const share = (traffic: TrafficWish<number> | null, keepsRollout = false) =>
    activities.shareTraffic({ pipeline, traffic, keepsRollout, ...ana });
  const half = { version: 2, weight: 0.5, shadow: 0 };

  test('is in the ledger once, with what the pipeline file says, and the routing follows', async () => {
    for (const _try of [1, 2]) {
      expect(await share({ variants: { b: half } })).toBe('requests shared: b (version 2) answers 50 %');
    }
    const ledger = await readLedger(store, pipeline);
    expect(ledger.at(-1)).toMatchObject({ n: 5, who: 'ana', event: { kind: 'traffic set' }, routing: { epoch: 2 } });
    expect(await routing()).toMatchObject({
      epoch: 2,
      champion: { version: 1 },
      traffic: {
        variants: { b: { version: { version: 2, digest: 'd2' }, weight: 0.5, shadow: 0 } },
        ...{ rules: [], stickyBy: 'customer', fallback: [], deadlineMs: 20 },
      },
    });
  });

  test('takes it back, and leaves the variants of a rollout where one is under way', async () => {
    const canary = { kind: 'canary', weight: 0.05, forMs: 1_000, requests: 1_000 } as const;
    await activities.commit({ pipeline, version: 3, event: 'traffic changed', step: canary, ...ana });
    await share({ variants: { b: half } }, true);
    const variants = (await routing())?.traffic?.variants;
    expect(variants).toMatchObject({ challenger: { weight: 0.05 }, b: { weight: 0.5 } });
    await share(null, true);
    expect(Object.keys((await routing())?.traffic?.variants ?? {})).toEqual(['challenger']);
    await share(null);
    expect((await routing())?.traffic).toBeUndefined();
  });

  test.each<[string, TrafficWish<number>, string]>([
    ['a version that there is not', { variants: { b: { ...half, version: 9 } } }, 'version.unknown'],
    ['more than all requests', { variants: { b: half, c: { ...half, weight: 0.6 } } }, 'traffic.invalid'],
  ])('is refused %s, and nothing changes', async (_, traffic, code) => {
    await expect(share(traffic)).rejects.toMatchObject({ code });
    expect((await routing())?.epoch).toBe(1);
  });

  test('is refused a version that lacks approvals, but not its shadow', async () => {
    const plan = { pipeline, release: { approvals: [{ role: 'risk', count: 1 }], expireAfterMs: 1_000 } };
    await store.put('plans/plan-1.json', Buffer.from(JSON.stringify(plan)));
    await expect(share({ variants: { b: half } })).rejects.toMatchObject({ code: 'approval.missing' });
    await share({ variants: { b: { version: 2, weight: 0, shadow: 1 } } });
    expect((await routing())?.epoch).toBe(2);
  });
});
