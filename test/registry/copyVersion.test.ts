import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { leftToRelease } from '../../core/leftToRelease.ts';
import { copyVersion } from '../../registry/copyVersion.ts';
import { digestedLedger, readLedger } from '../../registry/ledger.ts';
import { findVersion, registerVersion } from '../../registry/versions.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { createJson, getObjectJson, objectKey, putObject, putObjectJson } from '../../storage/objects.ts';
import { openStore } from '../../storage/openStore.ts';
import { neededObjects } from '../../upkeep/neededObjects.ts';
import { findVersitygw } from '../storage/findVersitygw.ts';
import { type S3Server, startS3Server } from '../storage/s3Server.ts';
import { byTest, versionLike } from './versionLike.ts';

const pipeline = 'flights';
const versitygw = await findVersitygw();
let folder: string;
let disks = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-copy-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.skipIf(versitygw === undefined)('a version between a disk and a bucket', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3Server(versitygw ?? '');
  });
  afterAll(() => server.stop());

  test('is the same there and back, and each ledger names where it came from', async () => {
    const [staging, bucket, back] = [disk(), openStore(server.location(), join(folder, 'copies')), disk()];
    await made(staging, 'another');
    const digest = await made(staging, 'one');
    await made(bucket, 'its own');
    const there = await copied(staging, bucket, 2, 'staging');
    expect(there).toMatchObject({ version: 2, wasThere: false, objects: 5, origin: { store: 'staging', version: 2 } });
    const again = await copied(bucket, back, 'challenger', 's3://bucket/whet');
    expect(again).toMatchObject({ version: 1, origin: { store: 's3://bucket/whet', version: 2, entry: 2 } });

    const [before, after] = [await findVersion(staging, pipeline, 2), await findVersion(back, pipeline, 1)];
    expect(after).toEqual({ ...before, version: 1, origin: again.origin });
    expect(after.digest).toBe(digest);
    const [, entry] = await digestedLedger(bucket, pipeline);
    expect(again.origin.entryDigest).toBe(entry?.digest);
    const needed = neededObjects(objectKey(after.package), await getObjectJson<object>(back, after.package));
    for (const id of [...needed, after.package, after.scorecard]) expect(await back.digest(objectKey(id))).toBe(id);
    expect(await back.has(`plans/${after.plan}.json`)).toBe(true);
  });
});

test('a copy that is repeated gives the number that it has, and writes nothing', async () => {
  const [from, to] = [disk(), disk()];
  await made(from, 'one');
  const first = await copied(from, to, 1);
  expect(await copied(from, to, 'challenger')).toEqual({ ...first, wasThere: true });
  expect(await readLedger(to, pipeline)).toHaveLength(1);
});

test('a copy is no candidate: its release leaves it to a person', async () => {
  const [from, to] = [disk(), disk()];
  await made(from, 'one');
  await copied(from, to, 1);
  expect(leftToRelease(await readLedger(from, pipeline)).candidate).toMatchObject({ version: 1 });
  expect(leftToRelease(await readLedger(to, pipeline)).candidate).toBeNull();
});

test.each<[string, (from: string, to: string, key: string) => Promise<unknown>, RegExp]>([
  ['that is damaged here', (from, _, key) => writeFile(join(from, key), 'other bytes'), /storage\.damaged/],
  ['that is damaged there', (_, to, key) => localDisk(to).put(key, Buffer.from('other bytes')), /storage\.damaged/],
  ['that is swept', (from, _, key) => rm(join(from, key)), /version\.swept/],
])('of a version %s nothing is registered', async (_, harm, refusal) => {
  const [fromFolder, toFolder] = [nextFolder(), nextFolder()];
  const [from, to] = [localDisk(fromFolder), localDisk(toFolder)];
  const key = objectKey(await made(from, 'one'));
  await harm(fromFolder, toFolder, key);
  await expect(copied(from, to, 1)).rejects.toThrow(refusal);
  expect(await readLedger(to, pipeline)).toEqual([]);
});

test('of a version that is not there nothing is copied', async () => {
  await expect(copied(disk(), disk(), 'champion')).rejects.toThrow(/version\.unknown/);
});

function copied(from: ObjectStore, to: ObjectStore, version: number | string, fromLocation = 'a disk') {
  return copyVersion({ from, fromLocation, to, pipeline, version, authorship: byTest });
}

/** A version with all that it names; gives its model's digest. */
async function made(store: ObjectStore, name: string): Promise<string> {
  const [digest, network, table] = await Promise.all(
    ['model', 'network', 'table'].map((part) => putObject(store, Buffer.from(`${part} of ${name}`))),
  );
  const lineage = { snapshot: 'a'.repeat(64), matrix: 'b'.repeat(64) };
  const parts = { model: { digest, bytes: 1 }, network: { digest: network, bytes: 1 }, table, lineage };
  const [id, scorecard] = await Promise.all([putObjectJson(store, parts), putObjectJson(store, { rows: 1, of: name })]);
  await createJson(store, `plans/plan-of-${name.replace(' ', '-')}.json`, { pipeline });
  const version = versionLike(`${digest}`, { package: id, scorecard, plan: `plan-of-${name.replace(' ', '-')}` });
  await registerVersion(store, pipeline, version, byTest);
  return `${digest}`;
}

function disk(): ObjectStore {
  return localDisk(nextFolder());
}

function nextFolder(): string {
  disks += 1;
  return join(folder, `disk-${disks}`);
}
