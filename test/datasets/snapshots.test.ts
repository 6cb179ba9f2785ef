import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ContractPlan } from '../../core/contractPlan.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { DataPorts } from '../../datasets/dataPorts.ts';
import { validatePartitions } from '../../datasets/partitions/validatePartitions.ts';
import { checkOutSnapshot } from '../../datasets/snapshots/checkOutSnapshot.ts';
import { compareSnapshots } from '../../datasets/snapshots/compareSnapshots.ts';
import { findSnapshot } from '../../datasets/snapshots/findSnapshot.ts';
import { freezeSnapshot } from '../../datasets/snapshots/freezeSnapshot.ts';
import { pinSnapshot, snapshotPin, snapshotPins, unpinSnapshot } from '../../datasets/snapshots/snapshotPins.ts';
import { indexSource } from '../../datasets/sources/indexSource.ts';
import { objectKey } from '../../storage/objects.ts';
import { failure, flights, openWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
let contract: ContractPlan;
let ports: DataPorts;
/** Three hours of ten rows; then one row of the second hour is another, one goes bad, and a fourth hour comes. */
let before: Snapshot;
let after: Snapshot;

beforeAll(async () => {
  bench = await openWorkbench();
  ports = bench.emptied();
  contract = flights({ path: 'flights.parquet' });
  await write(30, 'delay');
  before = await frozen(['2001-01-01T00', '2001-01-01T01', '2001-01-01T02']);
  await write(40, 'CASE i WHEN 15 THEN 500 WHEN 16 THEN 9999 ELSE delay END');
  after = await frozen(['2001-01-01T01', '2001-01-01T02', '2001-01-01T03']);
});
afterAll(() => bench.close());

/** Ten rows an hour. */
async function write(rows: number, delay: string): Promise<void> {
  const table = `SELECT i, TIMESTAMP '2001-01-01' + INTERVAL (i * 6) MINUTE AS date, CAST(i AS BIGINT) AS delay,
    300 AS distance, 'AAA' AS origin, 'BBB' AS destination FROM range(${rows}) AS t(i)`;
  const path = join(bench.folder, 'flights.parquet');
  await bench.database.run(`COPY (SELECT * REPLACE (${delay} AS delay) FROM (${table})) TO '${path}' (FORMAT parquet)`);
}

async function frozen(hours: readonly string[]): Promise<Snapshot> {
  const { parts } = await validatePartitions(ports, contract, await indexSource(ports, contract), hours, undefined);
  return freezeSnapshot(ports.store, contract, parts);
}

describe('a snapshot', () => {
  test('is found by its id or the beginning of one, and by nothing else', async () => {
    const digits = before.id.slice('sn1-'.length);
    for (const name of [before.id, digits, before.id.slice(0, 14), digits.slice(0, 10)]) {
      expect(await findSnapshot(ports.store, name)).toEqual(before);
    }
    expect(await failure(findSnapshot(ports.store, 'sn1-'))).toMatch(/^snapshot\.unknown: .*'sn1-', no snapshot/);
    expect(await failure(findSnapshot(ports.store, 'flights'))).toMatch(/^snapshot\.unknown: .*'flights', no snapshot/);
    expect(await failure(findSnapshot(ports.store, `${digits}0`))).toMatch(/^snapshot\.unknown: /);
  });

  test('is not found by a beginning that two have', async () => {
    const other = bench.emptied();
    for (const id of ['sn1-ab1', 'sn1-ab2']) await other.store.create(`snapshots/${id}.json`, Buffer.from('{}'));
    const message = await failure(findSnapshot(other.store, 'ab'));
    expect(message).toContain("'ab', the beginning of 2 ids: sn1-ab1, sn1-ab2");
    expect(await findSnapshot(other.store, 'ab2')).toEqual({});
  });

  test('is pinned once, with the first reason, until the pin is taken off', async () => {
    const pin = { id: before.id, why: 'the audit', by: 'ana', at: '2001-03-15T12:00:00Z' };
    expect(await pinSnapshot(ports.store, pin)).toEqual(pin);
    expect(await pinSnapshot(ports.store, { ...pin, why: 'another', by: 'ben' })).toEqual(pin);
    expect([...(await snapshotPins(ports.store)).values()]).toEqual([pin]);
    expect(await unpinSnapshot(ports.store, before.id)).toEqual(pin);
    expect(await unpinSnapshot(ports.store, before.id)).toBeUndefined();
    expect(await snapshotPin(ports.store, before.id)).toBeUndefined();
  });
});

describe('a diff', () => {
  test('tells hours, rows and quarantine, and which rows differ', async () => {
    const found = await compareSnapshots(ports, before, after);
    expect(found.added.map(({ hour }) => hour)).toEqual(['2001-01-01T03']);
    expect(found.removed.map(({ hour }) => hour)).toEqual(['2001-01-01T00']);
    expect(found.changed.map(({ hour }) => hour)).toEqual(['2001-01-01T01']);
    expect([found.same, found.rows, found.quarantined]).toEqual([
      1,
      { before: 30, after: 29 },
      { before: 0, after: 1 },
    ]);
    expect(found.reasons).toEqual([{ rule: 'delay.max', before: 0, after: 1 }]);
    // Delays were 0 to 29 and are 10 to 39; origins stay what they were.
    expect(found.drift?.[0]).toMatchObject({ column: 'delay', distance: expect.any(Number) });
    expect(found.drift?.[0]?.distance).toBeGreaterThan(0.2);
    expect(found.drift?.find(({ column }) => column === 'origin')).toMatchObject({ distance: 0 });
    expect(found.contract).toEqual([]);
    const row = (minute: number, delay: number) =>
      `{"date":"2001-01-01 01:${minute}:00","delay":${delay},"distance":300,"origin":"AAA","destination":"BBB"}`;
    expect(found.rowsOfHours).toEqual([
      {
        hour: '2001-01-01T01',
        added: { rows: 1, first: [row(30, 500)] },
        removed: { rows: 2, first: [row(30, 15), row(36, 16)] },
      },
    ]);
  });

  test('of a snapshot and itself is empty', async () => {
    const found = await compareSnapshots(ports, after, after);
    expect(found).toMatchObject({ added: [], removed: [], changed: [], same: 3, reasons: [], contract: [] });
    expect(found.drift?.map(({ distance, psi }) => [distance, psi])).toEqual(Array(5).fill([0, 0]));
  });

  test('tells what changed in the contract, and compares the columns that both have', async () => {
    const columns = contract.columns.filter(({ name }) => name !== 'distance');
    const narrow = await freezeSnapshot(ports.store, { ...contract, columns }, after.parts);
    const found = await compareSnapshots(ports, before, narrow);
    expect(found.contract).toEqual([expect.objectContaining({ level: 'major', what: "column 'distance' is gone" })]);
    expect(found.rowsOfHours?.[0]?.added.first[0]).not.toContain('distance');
  });
});

describe('a checkout', () => {
  test.each(['parquet', 'csv', 'ndjson'] as const)('as %s is read by any other tool', async (format) => {
    const folder = join(bench.folder, `checkout-${format}`);
    const { files } = await checkOutSnapshot(ports, after, folder, format);
    expect(files.map(({ hour, rows }) => [hour, rows])).toEqual([
      ['2001-01-01T01', 9],
      ['2001-01-01T02', 10],
      ['2001-01-01T03', 10],
    ]);
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({ snapshot: { id: after.id }, contract: { id: 'flights' }, format, files });
    const read = { parquet: 'read_parquet', csv: 'read_csv', ndjson: 'read_json' }[format];
    const rows = await bench.database.rows(
      `SELECT CAST(hour AS VARCHAR) AS hour, CAST(count(*) AS INT) AS rows, CAST(sum(delay) AS INT) AS delays,
        CAST(min(date::TIMESTAMP) AS VARCHAR) AS first FROM ${read}('${folder}/*/part.${format}', hive_partitioning = true)
        GROUP BY ALL ORDER BY hour`,
    );
    expect(rows).toEqual([
      { hour: '2001-01-01T01', rows: 9, delays: 145 - 31 + 500, first: '2001-01-01 01:00:00' },
      { hour: '2001-01-01T02', rows: 10, delays: 245, first: '2001-01-01 02:00:00' },
      { hour: '2001-01-01T03', rows: 10, delays: 345, first: '2001-01-01 03:00:00' },
    ]);
  });

  test('takes an empty folder, and refuses one that holds something, or a file', async () => {
    const folder = join(bench.folder, 'there');
    await mkdir(folder);
    await checkOutSnapshot(ports, after, folder, 'parquet');
    expect(await failure(checkOutSnapshot(ports, after, folder, 'parquet'))).toMatch(
      /^input\.invalid: .*hour=2001-01-01T01/,
    );
    await writeFile(join(bench.folder, 'a-file'), '');
    expect(await failure(checkOutSnapshot(ports, after, join(bench.folder, 'a-file'), 'csv'))).toMatch(/a file/);
    expect((await readdir(bench.folder)).filter((name) => name.startsWith('there.'))).toEqual([]);
  });

  test('leaves nothing where an object is damaged', async () => {
    const other = bench.emptied();
    const { parts } = await validatePartitions(
      other,
      contract,
      await indexSource(other, contract),
      ['2001-01-01T01'],
      undefined,
    );
    const snapshot = await freezeSnapshot(other.store, contract, parts);
    const path = await other.store.file(objectKey(parts[0]?.object ?? ''));
    await appendFile(path, 'x');
    const folder = join(bench.folder, 'damaged');
    expect(await failure(checkOutSnapshot(other, snapshot, folder, 'parquet'))).toMatch(/^storage\.damaged: /);
    expect((await readdir(bench.folder)).filter((name) => name.startsWith('damaged'))).toEqual([]);
  });
});
