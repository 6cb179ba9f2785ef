import { cp, mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, openDatabase, sqlText } from '../../datasets/database.ts';
import type { DataPorts } from '../../datasets/dataPorts.ts';
import { lookUpPartitions } from '../../datasets/partitions/lookUpPartitions.ts';
import { type PartitionBatch, partitionBatches, validateBatch } from '../../datasets/partitions/partitionBatches.ts';
import { validatePartitions } from '../../datasets/partitions/validatePartitions.ts';
import { readQuarantine } from '../../datasets/quarantine/readQuarantine.ts';
import { freezeSnapshot } from '../../datasets/snapshots/freezeSnapshot.ts';
import { fileBatches, readFileBatch } from '../../datasets/sources/fileBatches.ts';
import { indexLookedSource, indexSource, lookAtSource } from '../../datasets/sources/indexSource.ts';
import { openStore } from '../../storage/openStore.ts';
import { countingStore } from '../features/countingStore.ts';
import { findVersitygw } from '../storage/findVersitygw.ts';
import { type S3Server, startS3Server } from '../storage/s3Server.ts';
import { flights, openWorkbench, type Workbench } from './workbench.ts';

const versitygw = await findVersitygw();
const hours = Array.from({ length: 12 }, (_, hour) => `2001-01-01T${String(hour).padStart(2, '0')}`);
const bounds = { weight: 4_000, count: 1_000 };

let bench: Workbench;
let other: Database;
beforeAll(async () => {
  bench = await openWorkbench();
  other = await openDatabase({ threads: 2, memoryLimitMb: 512, temporaryFolder: bench.folder });
  await write(bench.folder, 'flights.parquet', 0, 12);
});
afterAll(async () => {
  other.close();
  await bench.close();
});

/** Two hundred flights an hour, one in fifty of them bad, and seven without a date. */
async function write(folder: string, name: string, fromHour: number, toHour: number): Promise<void> {
  const rows = `SELECT CASE WHEN i % 347 = 3 THEN NULL ELSE TIMESTAMP '2001-01-01' + INTERVAL (i * 18) SECOND END AS date,
    CASE WHEN i % 50 = 0 THEN 9999 ELSE i % 90 END AS delay, 300 AS distance, 'AAA' AS origin, 'BBB' AS destination
    FROM range(${fromHour * 200}, ${toHour * 200}) AS t(i)`;
  await bench.database.run(`COPY (${rows}) TO ${sqlText(join(folder, name))} (FORMAT parquet)`);
}

const contract = flights({ path: 'flights.parquet' });

async function batchesOf(ports: DataPorts): Promise<PartitionBatch[]> {
  const index = await indexSource(ports, contract);
  const { fresh } = await lookUpPartitions(ports, contract, index, hours, undefined);
  return partitionBatches(ports, contract, index, fresh, bounds);
}

async function validated(ports: DataPorts) {
  return validatePartitions(ports, contract, await indexSource(ports, contract), hours, undefined);
}

describe('batches of partitions', () => {
  test('hold every hour once, in order, the rows without an hour at last', async () => {
    const batches = await batchesOf(bench.emptied());
    expect(batches.map(({ wanted }) => wanted.length)).toEqual([3, 3, 3, 3, 1]);
    expect(batches.flatMap(({ wanted }) => wanted.map(({ hour }) => hour))).toEqual([...hours, 'undated']);
    expect(batches.every(({ index }) => index.files.every(({ path }) => path === 'flights.parquet'))).toBe(true);
  });

  test('give what one pass gives, on a machine whose folder lies elsewhere', async () => {
    const [ports, alone] = [bench.emptied(), bench.emptied()];
    const batches = await batchesOf(ports);
    const folder = await mkdtemp(join(bench.folder, 'machine-'));
    await cp(join(bench.folder, 'flights.parquet'), join(folder, 'flights.parquet'));
    const done = await Promise.all(batches.map((batch) => validateBatch({ ...ports, folder }, batch)));
    expect(done).toEqual([3, 3, 3, 3, 1]);
    const gathered = await validated(ports);
    expect(gathered).toMatchObject({ validated: [], reused: 12 });
    const once = await validated(alone);
    expect(gathered.parts).toEqual(once.parts);
    expect(gathered.undated).toEqual(once.undated);
    expect(gathered.undated?.quarantined).toBe(7);
  });

  test('that were interrupted do what is left of them', async () => {
    const ports = bench.emptied();
    const [batch] = await batchesOf(ports);
    if (batch === undefined) throw new Error('expected a batch');
    await validateBatch(ports, { ...batch, wanted: batch.wanted.slice(1, 2) });
    const { store, created } = countingStore(ports.store);
    expect(await validateBatch({ ...ports, store }, batch)).toBe(2);
    expect(created.filter((key) => key.endsWith('/report.json'))).toHaveLength(2);
    expect(await validateBatch({ ...ports, store }, batch)).toBe(0);
  });
});

describe.each(['the disk', 'S3'])('two workers on the same batches at once, on %s', (place) => {
  let server: S3Server | undefined;
  beforeAll(async () => {
    if (place === 'S3' && versitygw !== undefined) server = await startS3Server(versitygw);
  });
  afterAll(() => server?.stop());

  test.skipIf(place === 'S3' && versitygw === undefined)(
    'write everything once, whole, and find the same partitions',
    async () => {
      const location = server?.location() ?? (await mkdtemp(join(bench.folder, 'store-')));
      const worker = (name: string, database: Database) => {
        const counted = countingStore(openStore(location, join(bench.folder, `copies-${place}-${name}`)));
        return { ports: { folder: bench.folder, database, store: counted.store }, created: counted.created };
      };
      const workers = [worker('one', bench.database), worker('other', other)] as const;
      const [{ ports }] = workers;
      const batches = await batchesOf(ports);
      await Promise.all(
        workers.map(async (one) => {
          for (const batch of batches) await validateBatch(one.ports, batch);
        }),
      );
      const created = workers.flatMap((one) => one.created);
      expect(new Set(created).size).toBe(created.length);
      const files = ['/report.json', '/quarantine.parquet'];
      expect(files.map((end) => created.filter((key) => key.endsWith(end)).length)).toEqual([13, 13]);
      const found = await Promise.all(workers.map((one) => validated(one.ports)));
      expect(found[0]).toEqual(found[1]);
      expect(found[0]).toMatchObject({ validated: [], reused: 12 });
      const once = await validated(bench.emptied());
      expect(found[0]?.parts.map(({ key, content }) => [key, content])).toEqual(
        once.parts.map(({ key, content }) => [key, content]),
      );
      const ids = await Promise.all(
        workers.map((one, at) => freezeSnapshot(one.ports.store, contract, found[at]?.parts ?? [])),
      );
      expect(ids[0]?.id).toBe(ids[1]?.id);
      const bad = await readQuarantine(workers[1].ports, contract, found[0]?.parts ?? []);
      expect(bad).toHaveLength(once.parts.reduce((sum, part) => sum + part.quarantined, 0));
    },
  );
});

describe('batches of files', () => {
  test('are read by others, whose findings save the reading', async () => {
    const folder = await mkdtemp(join(bench.folder, 'many-'));
    await mkdir(join(folder, 'in'));
    for (const hour of [0, 1, 2, 3, 4]) await write(folder, `in/${hour}.parquet`, hour, hour + 1);
    const many = flights({ path: 'in' });
    const ports = { ...bench.emptied(), folder };
    const look = await lookAtSource(ports, many);
    const batches = fileBatches(ports, many, look, { weight: 2_500_000, count: 1_000 });
    expect(batches.map(({ files }) => files.map(({ path }) => path))).toEqual([
      ['in/0.parquet', 'in/1.parquet'],
      ['in/2.parquet', 'in/3.parquet'],
      ['in/4.parquet'],
    ]);
    const alone = await indexSource({ ...bench.emptied(), folder }, many);
    for (const batch of batches) await readFileBatch(ports, batch);
    const { store, created } = countingStore(ports.store);
    expect(await indexLookedSource({ ...ports, store }, many, await lookAtSource(ports, many))).toEqual(alone);
    // Their indexes are there.
    expect(created).toEqual([]);
  });

  test('of files that had settled are not looked into again', async () => {
    const ports = bench.emptied();
    const look = await lookAtSource(ports, contract);
    const [index] = (await indexLookedSource(ports, contract, look)).files;
    const stamp = look.files[0]?.stamp.id ?? '';
    if (index === undefined) throw new Error('expected an index');
    const found = await lookAtSource(bench.emptied(), contract, { 'flights.parquet': { stamp, index } });
    expect(found.files[0]?.index).toEqual(index);
    expect(fileBatches(ports, contract, found)).toEqual([]);
    const otherStamp = await lookAtSource(bench.emptied(), contract, {
      'flights.parquet': { stamp: `${stamp}1`, index },
    });
    expect(otherStamp.files[0]?.index).toBeUndefined();
  });
});
