import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ContractPlan } from '../../core/contractPlan.ts';
import type { DataPorts } from '../../datasets/dataPorts.ts';
import { keepWindow, pointAtWindow } from '../../datasets/partitions/keptWindow.ts';
import { validatePartitions } from '../../datasets/partitions/validatePartitions.ts';
import { exportQuarantine } from '../../datasets/quarantine/exportQuarantine.ts';
import { findQuarantined } from '../../datasets/quarantine/findQuarantined.ts';
import { type QuarantineScope, quarantineOf } from '../../datasets/quarantine/quarantineOf.ts';
import { freezeSnapshot } from '../../datasets/snapshots/freezeSnapshot.ts';
import { indexSource } from '../../datasets/sources/indexSource.ts';
import { failure, flights, openWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
let ports: DataPorts;
let scope: QuarantineScope;
const contract: ContractPlan = { ...flights({ path: 'flights.ndjson' }, 'ndjson'), version: '1.2.0' };

/** Two good rows an hour; in each of three hours one that is late and goes nowhere, and a line that is no row. */
const lines = ['00', '01', '02'].flatMap((hour) => [
  `{"date":"2001-01-01T${hour}:00:00Z","delay":1,"distance":300,"origin":"AAA","destination":"BBB"}`,
  `{"date":"2001-01-01T${hour}:10:00Z","delay":9999,"distance":300,"origin":"AAA","destination":"AAA"}`,
  `{"date":"2001-01-01T${hour}:20:00Z","delay":2,"distance":300,"origin":"AAA","destination":"BBB"}`,
]);

beforeAll(async () => {
  bench = await openWorkbench();
  ports = bench.emptied();
  await writeFile(join(bench.folder, 'flights.ndjson'), `${[...lines, 'what is "this"'].join('\n')}\n`);
  await judged(['2001-01-01T00', '2001-01-01T01', '2001-01-01T02']);
  scope = await quarantineOf(ports.store, 'flights');
});
afterAll(() => bench.close());

/** What the contract stage does, and the id of the snapshot that follows. */
async function judged(hours: readonly string[]): Promise<string> {
  const index = await indexSource(ports, contract);
  const found = await validatePartitions(ports, contract, index, hours, undefined);
  await pointAtWindow(ports.store, 'flights', (await keepWindow(ports, contract, index, found)).window);
  return (await freezeSnapshot(ports.store, contract, found.parts, { undated: found.undated })).id;
}

describe('the quarantine', () => {
  test('is that of the window judged last, or of a snapshot; rows without a time are in it', async () => {
    expect(scope.parts.map(({ hour, quarantined }) => [hour, quarantined])).toEqual([
      ['2001-01-01T00', 1],
      ['2001-01-01T01', 1],
      ['2001-01-01T02', 1],
      ['undated', 1],
    ]);
    expect(scope).toMatchObject({ of: 'the last window, 2001-01-01T00 to 2001-01-01T02', plan: contract });
    const id = await judged(['2001-01-01T01']);
    const narrow = await quarantineOf(ports.store, 'flights', id);
    expect(narrow).toMatchObject({ of: `snapshot ${id}`, plan: contract });
    expect(narrow.parts.map(({ hour }) => hour)).toEqual(['2001-01-01T01', 'undated']);
    expect(await failure(quarantineOf(ports.store, 'payments', id))).toMatch(/^snapshot\.unknown: .*of 'flights'/);
    expect(await failure(quarantineOf(ports.store, 'payments'))).toMatch(/^contract\.unknown: .*'payments'/);
  });

  test('shows rows with all reasons, their line and file, the contract, and what is no row as it came', async () => {
    const rows = await findQuarantined(ports, scope, { limit: 100 });
    expect(rows).toHaveLength(4);
    expect(rows[1]).toEqual({
      hour: '2001-01-01T01',
      row: 1,
      reasons: ['delay.max', 'origin.differsFrom.destination'],
      values: expect.objectContaining({ delay: '9999', origin: 'AAA' }),
      malformed: null,
      file: join(bench.folder, 'flights.ndjson'),
      line: 5,
      contract: 'flights@1.2.0',
      partition: scope.parts[1]?.key,
    });
    expect(rows[3]).toMatchObject({
      hour: 'undated',
      reasons: ['row.malformed'],
      malformed: 'what is "this"',
      line: 10,
    });
  });

  test('shows those of an hour, with a reason, and no more than asked for', async () => {
    const hoursOf = async (filter: object) =>
      (await findQuarantined(ports, scope, { limit: 100, ...filter })).map(({ hour }) => hour);
    expect(await hoursOf({ hour: '2001-01-01T02' })).toEqual(['2001-01-01T02']);
    expect(await hoursOf({ rule: 'row.malformed' })).toEqual(['undated']);
    expect(await hoursOf({ rule: 'delay.max', limit: 2 })).toEqual(['2001-01-01T00', '2001-01-01T01']);
    expect(await hoursOf({ hour: '2001-01-01T02', rule: 'row.malformed' })).toEqual([]);
    expect(await hoursOf({ hour: '1999-01-01T02' })).toEqual([]);
  });
});

describe('an export', () => {
  test.each(['parquet', 'csv', 'ndjson'])('as %s has every row, with the place that it came from', async (format) => {
    const file = join(bench.folder, `bad.${format}`);
    expect(await exportQuarantine(ports, scope, file)).toBe(4);
    const read = { parquet: 'read_parquet', csv: 'read_csv', ndjson: 'read_json' }[format];
    const rows = await bench.database.rows(
      `SELECT CAST(delay AS VARCHAR) AS delay, CAST(_hour AS VARCHAR) AS hour, CAST(_row AS INT) AS row, _malformed,
        CAST(_line AS INT) AS line, _contract, _partition FROM ${read}('${file}')`,
    );
    const partitions = scope.parts.map(({ key }) => key);
    const row = (hour: string, at: number) => ({
      delay: '9999',
      hour,
      row: 1,
      _malformed: null,
      line: 3 * at + 2,
      _contract: 'flights@1.2.0',
      _partition: partitions[at],
    });
    expect(rows).toEqual([
      row('2001-01-01T00', 0),
      row('2001-01-01T01', 1),
      row('2001-01-01T02', 2),
      { ...row('undated', 3), delay: null, row: 0, _malformed: 'what is "this"', line: 10 },
    ]);
  });

  test('joins the reasons of a row in CSV', async () => {
    const file = join(bench.folder, 'reasons.csv');
    await exportQuarantine(ports, scope, file);
    expect(await readFile(file, 'utf8')).toContain(',delay.max; origin.differsFrom.destination,');
  });

  test('refuses a file that is there, another ending, and a quarantine without rows', async () => {
    const there = join(bench.folder, 'there.csv');
    await writeFile(there, 'mine');
    expect(await failure(exportQuarantine(ports, scope, there))).toMatch(
      /^input\.invalid: .*not there yet.*there\.csv/,
    );
    expect(await readFile(there, 'utf8')).toBe('mine');
    expect(await failure(exportQuarantine(ports, scope, 'bad.xlsx'))).toMatch(/^input\.invalid: .*\.parquet, \.csv/);
    const none = { ...scope, parts: [] };
    expect(await failure(exportQuarantine(ports, none, 'none.csv'))).toMatch(/^input\.invalid: .*none of 'flights'/);
  });
});
