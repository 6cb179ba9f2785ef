import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Routing } from '../../core/routing.ts';
import { appendLedger } from '../../registry/ledger.ts';
import { changeRouting, followLedger, rollRoutingForward } from '../../registry/routingCopy.ts';
import { registerVersion } from '../../registry/versions.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { readJson } from '../../storage/objects.ts';
import { candidateOf } from '../workflows/candidateOf.ts';

const pipeline = 'fraud';
const key = `serving/${pipeline}/routing.json`;
const by = { who: 'ana', why: 'a test', at: '2026-01-01T00:00:00Z' };

let folder: string;
let store: ObjectStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-routing-'));
  store = localDisk(folder);
  for (const digest of ['a', 'b'])
    await registerVersion(store, pipeline, candidateOf(pipeline, digest, '2001-01-01T00'), by);
});
afterEach(() => rm(folder, { recursive: true }));

const promoted = (version: number) => appendLedger(store, pipeline, { kind: 'promoted', version }, by);
const routing = () => readJson<Routing>(store, key);

test('a routing that was lost, broken or left behind is given again from the ledger', async () => {
  await followLedger(store, pipeline, await promoted(1));
  await promoted(2);
  for (const damage of [async () => undefined, () => store.remove(key), () => store.put(key, Buffer.from('{'))]) {
    await damage();
    await rollRoutingForward(store, pipeline);
    expect(await routing()).toMatchObject({
      epoch: 2,
      ledger: 4,
      champion: { version: 2, digest: 'b' },
      prepare: null,
    });
  }
});

test('a routing never goes back to an older entry, and keeps what is being prepared', async () => {
  const first = await promoted(1);
  await followLedger(store, pipeline, await promoted(2));
  await changeRouting(store, pipeline, (held) => ({ ...held, prepare: { version: 1, package: 'p', digest: 'a' } }));
  await followLedger(store, pipeline, first);
  expect(await routing()).toMatchObject({ epoch: 2, champion: { version: 2 }, prepare: { version: 1 } });
});

test('without a promotion there is nothing to route', async () => {
  await rollRoutingForward(store, pipeline);
  expect(await routing()).toBeUndefined();
});

test('of changes at the same time none is lost', async () => {
  await followLedger(store, pipeline, await promoted(1));
  const changes = Array.from({ length: 10 }, () =>
    changeRouting(store, pipeline, (held) => ({ ...held, ledger: held.ledger + 1 })),
  );
  await Promise.all(changes);
  expect((await routing())?.ledger).toBe(13);
});
