import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ContractPlan } from '../../core/contractPlan.ts';
import type { DataPorts } from '../../datasets/dataPorts.ts';
import { keepWindow, pointAtWindow } from '../../datasets/partitions/keptWindow.ts';
import { type ValidatedPartitions, validatePartitions } from '../../datasets/partitions/validatePartitions.ts';
import { exportQuarantine } from '../../datasets/quarantine/exportQuarantine.ts';
import { findQuarantined } from '../../datasets/quarantine/findQuarantined.ts';
import { quarantineOf } from '../../datasets/quarantine/quarantineOf.ts';
import { passingNow } from '../../datasets/readmission/passingNow.ts';
import { readReadmissions } from '../../datasets/readmission/readmissionLog.ts';
import { readmissionStates } from '../../datasets/readmission/readmissionStates.ts';
import { readmitRows } from '../../datasets/readmission/readmitRows.ts';
import { freezeSnapshot } from '../../datasets/snapshots/freezeSnapshot.ts';
import { indexSource } from '../../datasets/sources/indexSource.ts';
import { failure, flights, openWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
let ports: DataPorts;
let exported = 0;
const contract = flights({ path: 'flights.csv' }, 'csv');
const hours = ['2001-01-01T00', '2001-01-01T01', '2001-01-01T02'];
const person = { by: 'ana', why: 'typed wrong', at: '2001-03-15T12:00:00.000Z' };

/** Two good rows an hour; a delay out of range and an origin in small letters, and a row whose time is no time. */
const source = [
  'date,delay,distance,origin,destination',
  '2001-01-01T00:05:00Z,1,300,AAA,BBB',
  '2001-01-01T00:10:00Z,9999,300,AAA,BBB',
  '2001-01-01T00:20:00Z,2,300,AAA,BBB',
  '2001-01-01T01:05:00Z,1,300,AAA,BBB',
  '2001-01-01T01:10:00Z,-999,300,aaa,BBB',
  'yesterday,7,300,AAA,BBB',
  '2001-01-01T01:20:00Z,2,300,AAA,BBB',
  '2001-01-01T02:20:00Z,2,300,AAA,BBB',
];

beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  ports = bench.emptied();
  await write(source);
});

const write = (lines: readonly string[]) => writeFile(join(bench.folder, 'flights.csv'), `${lines.join('\n')}\n`);

/** What the contract stage does. */
async function judged(of: DataPorts = ports, by: ContractPlan = contract): Promise<ValidatedPartitions> {
  const index = await indexSource(of, by);
  const found = await validatePartitions(of, by, index, hours, undefined);
  await pointAtWindow(of.store, by.id, (await keepWindow(of, by, index, found)).window);
  return found;
}

/** Exports the quarantine, writes over some texts in it, and gives the file. */
async function mendedExport(...mending: readonly (readonly [from: string, to: string])[]): Promise<string> {
  exported += 1;
  const file = join(bench.folder, `bad-${exported}.csv`);
  await exportQuarantine(ports, await quarantineOf(ports.store, 'flights'), file);
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    mending.reduce((mended, [from, to]) => mended.replaceAll(from, to), text),
  );
  return file;
}

const delay = [',9999,', ',99,'] as const;
const origin = [',-999,300,aaa,', ',-99,300,CCC,'] as const;
const time = ['yesterday,', '2001-01-01T01:15:00Z,'] as const;

/** The source as it should have been. */
const right = source.map((line) =>
  [delay, origin, time].reduce((mended, [from, to]) => mended.replaceAll(from, to), line),
);

describe('mended rows', () => {
  test('stand in the place of the bad ones: the content is that of a source that was right', async () => {
    const before = await judged();
    const report = await readmitRows(ports, contract, await mendedExport(delay, origin, time), person);
    expect(report).toMatchObject({ admitted: 3, refused: 0, refusals: [] });
    expect(report.record).toMatchObject({ n: 1, ...person, contract: 'flights@1.0.0' });
    const after = await judged();
    expect(after.parts.map(({ read, rows, quarantined }) => [read, rows, quarantined])).toEqual([
      [3, 3, 0],
      [4, 4, 0],
      [1, 1, 0],
    ]);
    expect(after.undated).toMatchObject({ read: 0, quarantined: 0, reasons: {} });
    expect(after.parts[2]).toEqual(before.parts[2]);
    const other = bench.emptied();
    await write(right);
    const wanted = await judged(other);
    expect(after.parts.map(({ content }) => content)).toEqual(wanted.parts.map(({ content }) => content));
    const ids = [after, wanted].map(({ parts }) => freezeSnapshot(other.store, contract, parts));
    const [mine, theirs] = await Promise.all(ids);
    expect(mine?.id).toBe(theirs?.id);
    expect(after.parts.map(({ sketches }) => sketches)).toEqual(wanted.parts.map(({ sketches }) => sketches));
  });

  test('keep their place in the hour; those that had none come after its own, and the record is named', async () => {
    await judged();
    await readmitRows(ports, contract, await mendedExport(delay, origin, time), person);
    const { parts, undated } = await judged();
    expect(await placesOf(parts[0]?.object)).toEqual(['1:0', '99:1', '2:2']);
    expect(await placesOf(parts[1]?.object)).toEqual(['1:0', '-99:1', '7:3', '2:2']);
    expect(parts.map(({ readmitted }) => readmitted)).toEqual([
      [{ record: 1, rows: 1, gone: 0 }],
      [{ record: 1, rows: 2, gone: 0 }],
      undefined,
    ]);
    expect(undated?.readmitted).toEqual([{ record: 1, rows: 0, gone: 1 }]);
  });

  test('give the same again from another store, and are found again in this one', async () => {
    await judged();
    const file = await mendedExport(delay, time);
    await readmitRows(ports, contract, file, person);
    const first = await judged();
    expect((await judged()).parts).toEqual(first.parts);
    ports = bench.emptied();
    await judged();
    await readmitRows(ports, contract, file, { ...person, at: '2002-01-01T00:00:00.000Z' });
    expect((await judged()).parts).toEqual(first.parts);
  });

  test('are those that pass: the others are told and stay', async () => {
    await judged();
    const report = await readmitRows(
      ports,
      contract,
      await mendedExport(delay, ['-999,300,aaa', '-999,300,CCC']),
      person,
    );
    expect(report).toMatchObject({
      admitted: 1,
      refused: 2,
      refusals: [
        { hour: '2001-01-01T01', row: 1, why: 'it breaks delay.min' },
        { hour: 'undated', row: 0, why: 'it breaks date.type' },
      ],
    });
    const { parts, undated } = await judged();
    expect(parts.map(({ quarantined }) => quarantined)).toEqual([0, 1, 0]);
    expect(undated?.quarantined).toBe(1);
    const rows = await findQuarantined(ports, await quarantineOf(ports.store, 'flights'), { limit: 10 });
    expect(rows.map(({ reasons }) => reasons)).toEqual([['delay.min', 'origin.pattern'], ['date.type']]);
  });

  test('that all fail leave no record, and say why', async () => {
    await judged();
    expect(await failure(readmitRows(ports, contract, await mendedExport(), person))).toMatch(
      /^readmission\.refused: .*2001-01-01T00 row 1: it breaks delay\.max/,
    );
    expect(await readReadmissions(ports.store, 'flights')).toEqual([]);
  });

  test('are void where their hour changes in the source, and there alone', async () => {
    await judged();
    await readmitRows(ports, contract, await mendedExport(delay, origin), person);
    await write(source.map((line) => line.replace('00:20:00Z,2', '00:20:00Z,3')));
    const { parts } = await judged();
    expect(parts.map(({ quarantined }) => quarantined)).toEqual([1, 0, 0]);
    expect(parts[0]?.readmitted).toBeUndefined();
    await write(source);
    expect((await judged()).parts.map(({ quarantined }) => quarantined)).toEqual([0, 0, 0]);
  });

  test('given twice are one record; given otherwise, the later holds', async () => {
    await judged();
    const file = await mendedExport(delay);
    expect((await readmitRows(ports, contract, file, person)).record.n).toBe(1);
    expect((await readmitRows(ports, contract, file, person)).record.n).toBe(1);
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace(',99,', ',98,'));
    expect((await readmitRows(ports, contract, file, person)).record.n).toBe(2);
    const { parts } = await judged();
    expect(await placesOf(parts[0]?.object)).toEqual(['1:0', '98:1', '2:2']);
    expect(parts[0]?.readmitted).toEqual([{ record: 2, rows: 1, gone: 0 }]);
  });

  test('are judged by the contract as it is at each run', async () => {
    await judged();
    await readmitRows(ports, contract, await mendedExport(delay), person);
    const columns = contract.columns.map((one) =>
      one.name === 'delay' ? { ...one, checks: [{ kind: 'max', value: 50 } as const] } : one,
    );
    const strict = await judged(ports, { ...contract, columns });
    expect(strict.parts[0]).toMatchObject({ rows: 2, quarantined: 1, reasons: { 'delay.max': 1 }, readmitted: [] });
    expect((await judged()).parts[0]).toMatchObject({ rows: 3, quarantined: 0 });
  });

  test('that break a rule among the rows of their hour go to its quarantine', async () => {
    const unique = { ...contract, key: ['date', 'delay'] };
    await judged(ports, unique);
    await readmitRows(
      ports,
      unique,
      await mendedExport(['00:10:00Z,9999,', '00:05:00Z,1,'], ['2001-01-01 00:10:00', '2001-01-01 00:05:00']),
      person,
    );
    const { parts } = await judged(ports, unique);
    expect(parts[0]).toMatchObject({ read: 3, rows: 2, quarantined: 1, readmitted: [] });
    expect(parts[0]?.reasons).toEqual({ 'date+delay.unique': 1 });
    const [row] = await findQuarantined(ports, await quarantineOf(ports.store, 'flights'), { limit: 1 });
    expect(row).toMatchObject({ row: 1, file: 'readmission 1', contract: 'flights@1.0.0', values: { delay: '1' } });
  });
});

describe('under a rule that looks further than an hour', () => {
  const across = [{ kind: 'unique', columns: ['delay'], withinMs: 3 * 3_600_000 }] as const;
  const wide = { ...contract, across };
  const rows = [
    'date,delay,distance,origin,destination',
    '2001-01-01T00:10:00Z,9999,300,AAA,BBB',
    '2001-01-01T01:10:00Z,99,300,AAA,BBB',
    '2001-01-01T02:10:00Z,5,300,AAA,BBB',
    '2001-01-01T02:20:00Z,5,300,AAA,CCC',
  ];

  test('a mended row is compared with later hours: they are judged again', async () => {
    await write(rows);
    const before = await judged(ports, wide);
    expect(before.parts.map(({ reasons }) => reasons)).toEqual([{ 'delay.max': 1 }, {}, { 'delay.unique': 1 }]);
    await readmitRows(ports, wide, await mendedExport(delay), person);
    const after = await judged(ports, wide);
    expect(after.parts.map(({ reasons }) => reasons)).toEqual([{}, { 'delay.unique': 1 }, { 'delay.unique': 1 }]);
    expect(after.parts[2]?.content).toBe(before.parts[2]?.content);
    await write([...rows, '2001-01-01T00:20:00Z,7,300,AAA,BBB']);
    const changed = await judged(ports, wide);
    expect(changed.parts.map(({ reasons }) => reasons)).toEqual([{ 'delay.max': 1 }, {}, { 'delay.unique': 1 }]);
  });

  test('a row that broke it is mended in its place', async () => {
    await write(rows);
    await judged(ports, wide);
    const file = await mendedExport([',5,300,AAA,CCC,', ',6,300,AAA,CCC,']);
    expect(await readmitRows(ports, wide, file, person)).toMatchObject({ admitted: 1, refused: 1 });
    const { parts } = await judged(ports, wide);
    expect(parts[2]).toMatchObject({ read: 2, rows: 2, quarantined: 0 });
    expect(await placesOf(parts[2]?.object)).toEqual(['5:0', '6:1']);
  });
});

describe('a mended file', () => {
  test.each(['parquet', 'ndjson'])('may be %s', async (format) => {
    await judged();
    const from = join(bench.folder, `plain-${format}.${format}`);
    await exportQuarantine(ports, await quarantineOf(ports.store, 'flights'), from);
    const file = join(bench.folder, `mended-${format}.${format}`);
    const read = format === 'parquet' ? 'read_parquet' : 'read_json';
    const options = format === 'parquet' ? 'FORMAT parquet' : 'FORMAT json';
    await bench.database.run(
      `COPY (SELECT * REPLACE (CAST(33 AS DOUBLE) AS delay, upper(origin) AS origin) FROM ${read}('${from}')) TO '${file}' (${options})`,
    );
    expect(await readmitRows(ports, contract, file, person)).toMatchObject({ admitted: 2, refused: 1 });
    expect((await judged()).parts.map(({ rows }) => rows)).toEqual([3, 3, 1]);
  });

  test('has rows that are refused whatever their values are', async () => {
    await judged();
    const file = await mendedExport(delay, origin, time);
    const [header = '', first = '', second = '', third = ''] = (await readFile(file, 'utf8')).split('\n');
    const key = /[0-9a-f]{64}/.exec(first)?.[0] ?? '';
    const lines = [
      header,
      first,
      second.replace(/[0-9a-f]{64}/, 'f'.repeat(64)),
      first.replace(',2001-01-01T00,1,', ',2001-01-01T00,0,'),
      second.replace(/[0-9a-f]{64}/, key),
      first.replace(',2001-01-01T00,1,', ',2001-01-01T00,,'),
      third,
      third,
    ];
    await writeFile(file, lines.join('\n'));
    const { admitted, refusals } = await readmitRows(ports, contract, file, person);
    expect(admitted).toBe(1);
    expect(refusals.map(({ why }) => why)).toEqual([
      'its _partition is none of this contract',
      'it is not in quarantine there',
      'its _hour is not that of its _partition',
      'it does not say its _hour, _row and _partition',
      'it is in the file more than once',
      'it is in the file more than once',
    ]);
  });

  test('is of a source that has changed since', async () => {
    await judged();
    const file = await mendedExport(delay);
    await write(source.map((line) => line.replace('00:20:00Z,2', '00:20:00Z,3')));
    expect(await failure(readmitRows(ports, contract, file, person))).toMatch(/have changed in the source since/);
  });

  test('keeps the hour of a row that had one', async () => {
    await judged();
    const file = await mendedExport(
      ['2001-01-01T00:10:00Z,9999', '2001-01-01T02:10:00Z,99'],
      ['2001-01-01 00:10:00,9999', '2001-01-01 02:10:00,99'],
    );
    expect(await failure(readmitRows(ports, contract, file, person))).toMatch(/it breaks date\.hour/);
  });

  test('that is no export, or not there, is told', async () => {
    await judged();
    const readmit = (name: string) => failure(readmitRows(ports, contract, join(bench.folder, name), person));
    await writeFile(join(bench.folder, 'bare.csv'), 'date,delay,distance,origin,destination\n');
    expect(await readmit('bare.csv')).toMatch(/^schema\.missing-column: .*'_hour'/);
    expect(await readmit('none.csv')).toMatch(/^source\.unreadable: .*nothing there/);
    await writeFile(join(bench.folder, 'rows.xlsx'), 'x');
    expect(await readmit('rows.xlsx')).toMatch(/^input\.invalid: .*\.parquet, \.csv or \.ndjson/);
  });
});

test('readmissionStates says what became of each record', async () => {
  const states = async () => {
    const told = await readmissionStates(ports.store, await quarantineOf(ports.store, 'flights'));
    return told.map(({ n, rows, states: of }) => [n, rows, ...of]);
  };
  await judged();
  expect(await states()).toEqual([]);
  await readmitRows(ports, contract, await mendedExport(delay, time), person);
  expect(await states()).toEqual([[1, 2, 'waits for the next run (2001-01-01T00, undated)']]);
  await judged();
  expect(await states()).toEqual([[1, 2, 'taken (2001-01-01T00, undated)']]);
  await write(source.map((line) => line.replace('00:20:00Z,2', '00:20:00Z,3')));
  await judged();
  expect(await states()).toEqual([
    [1, 2, 'void, for the source has other rows of that hour since (2001-01-01T00)', 'taken (undated)'],
  ]);
});

test('passingNow counts the rows that the contract as it is now would take', async () => {
  await judged();
  const scope = await quarantineOf(ports.store, 'flights');
  const at = Date.parse(person.at);
  expect(await passingNow(ports, contract, scope, at)).toEqual({ quarantined: 3, passing: 0 });
  const columns = contract.columns.map((one) => (one.name === 'delay' ? { ...one, checks: [] } : one));
  expect(await passingNow(ports, { ...contract, columns }, scope, at)).toEqual({ quarantined: 3, passing: 1 });
});

/** `delay:_row` of an object's rows in their order. */
async function placesOf(object: string | null | undefined): Promise<string[]> {
  const file = await ports.store.file(`objects/${object}`);
  const rows = await bench.database.rows<{ place: string }>(
    `SELECT delay || ':' || _row AS place FROM read_parquet('${file}', file_row_number = true) ORDER BY file_row_number`,
  );
  return rows.map(({ place }) => place);
}
