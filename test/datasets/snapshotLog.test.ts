import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freezeSnapshot, latestSnapshot } from '../../datasets/snapshots/freezeSnapshot.ts';
import { loggedSnapshot, readSnapshotLog } from '../../datasets/snapshots/snapshotLog.ts';
import { lastNumber } from '../../storage/lastNumber.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { getObjectJson } from '../../storage/objects.ts';
import { openStore } from '../../storage/openStore.ts';
import { findVersitygw } from '../storage/findVersitygw.ts';
import { type S3Server, startS3Server } from '../storage/s3Server.ts';
import { frozenParts } from './frozenParts.ts';
import { flights } from './workbench.ts';

const contract = flights({ path: 'none' });
const freeze = (store: ObjectStore, name: string, run = 'one') =>
  freezeSnapshot(store, contract, frozenParts(name), { run });
const times = (count: number) => Array.from({ length: count }, (_, one) => one);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-log-'));
});
afterEach(() => rm(folder, { recursive: true }));

const versitygw = await findVersitygw();
let s3: S3Server | undefined;
const locations: Record<string, () => string> = {
  'local disk': () => join(folder, 'store'),
  S3: () => s3?.location() ?? '',
};

describe.each(Object.entries(locations))('the log on %s', (name, locate) => {
  // A round on a server costs several times as much, and the decision is the same code's.
  const rounds = name === 'S3' ? 30 : 100;
  describe.skipIf(name === 'S3' && versitygw === undefined)('that can be had', () => {
    beforeAll(async () => {
      if (name === 'S3') s3 = await startS3Server(versitygw ?? '');
    });
    afterAll(async () => {
      if (name === 'S3') await s3?.stop();
    });

    test(`has one entry for a snapshot that two workers freeze at the same time, ${rounds} times`, async () => {
      const location = locate();
      const workers = ['one', 'two'].map((who) => openStore(location, join(folder, who)));
      for (const round of times(rounds)) {
        const [one, two] = await Promise.all(workers.map((store) => freeze(store, `${round}`)));
        expect(one).toEqual(two);
      }
      const log = await readSnapshotLog(openStore(location, join(folder, 'reader')), 'flights');
      expect(log.map(({ n }) => n)).toEqual(times(rounds).map((at) => at + 1));
      expect(new Set(log.map(({ id }) => id)).size).toBe(rounds);
    });

    test('has one entry for each snapshot of two processes that freeze the same ones', async () => {
      const location = locate();
      await Promise.all(['one', 'two'].map((who) => freezingProcess(location, who, 10)));
      const store = openStore(location, join(folder, 'reader'));
      const log = await readSnapshotLog(store, 'flights');
      expect(log).toHaveLength(10);
      expect(new Set(log.map(({ id }) => id)).size).toBe(10);
      expect(log.map(({ parent }) => parent)).toEqual([null, ...log.slice(0, -1).map(({ id }) => id)]);
      for (const entry of log) expect(await loggedSnapshot(store, 'flights', entry.id)).toEqual(entry);
    });
  });
});

/** Exits with 0 or fails. */
async function freezingProcess(location: string, who: string, count: number): Promise<void> {
  const script = join(import.meta.dirname, 'freezeMany.ts');
  const child = spawn(process.execPath, [script, location, join(folder, who), who, `${count}`], { stdio: 'inherit' });
  const code = await new Promise((settle) => child.on('close', settle));
  expect(code).toBe(0);
}

describe('an entry', () => {
  test('tells what was frozen, first by whom, and what came before', async () => {
    const store = localDisk(folder);
    const first = await freezeSnapshot(store, contract, frozenParts('a'), { run: 'run/x', at: '2001-03-15T12:00:00Z' });
    const second = await freeze(store, 'b');
    await freeze(store, 'a', 'another');
    expect(await readSnapshotLog(store, 'flights')).toEqual([
      {
        n: 1,
        id: first.id,
        parent: null,
        contractDigest: first.contractDigest,
        contractVersion: '1.0.0',
        hours: { from: '2001-01-01T00', to: '2001-01-01T02' },
        rows: 18,
        quarantined: 2,
        run: 'run/x',
        at: '2001-03-15T12:00:00Z',
      },
      expect.objectContaining({ n: 2, id: second.id, parent: first.id }),
    ]);
    expect(await getObjectJson(store, first.contractDigest)).toEqual(contract);
    expect(first.origin).toMatchObject({ contractVersion: '1.0.0', quarantined: 2, reasons: { 'delay.max': 2 } });
    expect((await latestSnapshot(store, 'flights'))?.id).toBe(first.id);
  });

  test.each(['manifest', 'entry', 'marker'])('is one after a crash past the %s, whoever freezes next', async (past) => {
    const store = localDisk(folder);
    await freeze(store, 'before');
    await expect(freeze(dyingPast(store, past), 'a')).rejects.toThrow('killed');
    await freeze(store, 'b');
    await freeze(store, 'a');
    await freeze(store, 'b');
    const log = await readSnapshotLog(store, 'flights');
    expect(log.map(({ n }) => n)).toEqual([1, 2, 3]);
    expect(new Set(log.map(({ id }) => id)).size).toBe(3);
  });

  test('is found as soon in a long log, also where the hint is lost', async () => {
    const store = localDisk(folder);
    for (const at of times(40)) await freeze(store, `${at}`);
    let asked = 0;
    const counting: ObjectStore = {
      ...store,
      has: (key) => {
        asked += 1;
        return store.has(key);
      },
    };
    await freeze(counting, 'with a hint');
    expect(asked).toBeLessThanOrEqual(5);
    await store.remove('datasets/flights/latest.json');
    asked = 0;
    await freeze(counting, 'without');
    expect(asked).toBeLessThanOrEqual(15);
    expect(await readSnapshotLog(store, 'flights')).toHaveLength(42);
  });
});

/** A store whose process is killed right after it wrote this: the write is there, the answer never comes. */
function dyingPast(store: ObjectStore, past: string): ObjectStore {
  const key = { manifest: /^snapshots\//, entry: /\/snapshots\/\d+\.json$/, marker: /\/snapshots\/ids\// }[past];
  let written = 0;
  return {
    ...store,
    async create(at, bytes) {
      const created = await store.create(at, bytes);
      if (created && key?.test(at)) written += 1;
      if (written > 0) throw new Error('killed');
      return created;
    },
  };
}

test('the last of numbers that follow each other is found, whatever the hint', async () => {
  const numbers = fc.integer({ min: 0, max: 300 });
  await fc.assert(
    fc.asyncProperty(numbers, numbers, async (last, hint) => {
      expect(await lastNumber(async (n) => n >= 1 && n <= last, hint)).toBe(last);
    }),
  );
});
