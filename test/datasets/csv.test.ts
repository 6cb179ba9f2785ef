import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { validateFile } from '../../datasets/partitions/validateFile.ts';
import { validatePartitions } from '../../datasets/partitions/validatePartitions.ts';
import { readQuarantine } from '../../datasets/quarantine/readQuarantine.ts';
import { indexSource } from '../../datasets/sources/indexSource.ts';
import { column, failure, flights, openWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

async function csv(name: string, lines: readonly string[], end = '\n'): Promise<ContractPlan> {
  await writeFile(join(bench.folder, name), lines.map((line) => line + end).join(''));
  return flights({ path: name }, 'csv');
}

async function judged(contract: ContractPlan) {
  const ports = bench.emptied();
  const index = await indexSource(ports, contract);
  const hours = index.hours.map(({ hour }) => hour);
  const result = await validatePartitions(ports, contract, index, hours, undefined);
  const all = result.undated === null ? result.parts : [...result.parts, result.undated];
  return { ports, index, ...result, quarantine: await readQuarantine(ports, contract, all) };
}

const header = 'note,date,delay,distance,origin,destination';

test.each([
  ['\n', ''],
  ['\r\n', '\uFEFF'],
])('a CSV file gives the same rows as a Parquet file (line end %j)', async (end, mark) => {
  const lines = Array.from(
    { length: 20 },
    (_, i) => `"a, ""b""",2001-01-01T0${i % 3}:10:00Z,${i},${100 + i},AAA,BB${i % 10}`,
  );
  const contract = await csv('good.csv', [mark + header, ...lines], end);
  const { parts, undated, index } = await judged(contract);
  expect([parts.map(({ rows }) => rows), undated]).toEqual([[7, 7, 6], null]);
  await bench.database.run(`COPY (SELECT TIMESTAMP '2001-01-01 00:10:00' + INTERVAL (i % 3) HOUR AS date, i AS delay,
    100 + i AS distance, 'AAA' AS origin, 'BB' || i % 10 AS destination FROM range(20) AS t(i))
    TO '${join(bench.folder, 'same.parquet')}' (FORMAT parquet)`);
  const parquet = await judged(flights({ path: 'same.parquet' }));
  expect(parts.map(({ content }) => content)).toEqual(parquet.parts.map(({ content }) => content));
  expect(index.newestMs).toBe(parquet.index.newestMs);
});

test('text that is no value of the type breaks `type`, and nothing is rounded', async () => {
  const delays = [
    '5',
    ' 6 ',
    '2.0',
    '2.7',
    'abc',
    '',
    '""',
    'NaN',
    '-inf',
    '0x1F',
    '1_0',
    '99999999999999999999',
    '1e2',
  ];
  const contract = await csv('types.csv', [header, ...delays.map((delay) => `,2001-01-01 00:10,${delay},100,AAA,BBB`)]);
  const { parts, quarantine } = await judged(contract);
  expect(parts[0]).toMatchObject({ read: 13, rows: 4 });
  expect(quarantine.map(({ row, reasons, values }) => [row, reasons.join(), values.delay])).toEqual([
    [3, 'delay.whole', '2.7'],
    [4, 'delay.type', 'abc'],
    [5, 'delay.required', null],
    [6, 'delay.type', ''],
    [7, 'delay.finite', 'NaN'],
    [8, 'delay.finite', '-inf'],
    [9, 'delay.type', '0x1F'],
    [10, 'delay.type', '1_0'],
    [11, 'delay.type', '99999999999999999999'],
  ]);
});

test('times with a zone become UTC; text that is no time is undated', async () => {
  const dates = ['2001-01-01T02:30:00+02:00', '2001-01-01 00:40', '2001-01-01', 'yesterday', ''];
  const { parts, undated, quarantine } = await judged(
    await csv('times.csv', [header, ...dates.map((date) => `,${date},1,100,AAA,BBB`)]),
  );
  expect(parts.map(({ hour, rows }) => [hour, rows])).toEqual([['2001-01-01T00', 3]]);
  expect(undated).toMatchObject({ read: 2, quarantined: 2 });
  expect(quarantine.map(({ reasons }) => reasons)).toEqual([['date.type'], ['date.required']]);
});

test('lines with a wrong number of fields or broken quotes go to quarantine with their text', async () => {
  const good = ',2001-01-01 00:10,1,100,AAA,BBB';
  const broken = [',2001-01-01 00:20,1,100', `${good},one more`, ',2001-01-01 00:20,1,100,"AA"A,BBB'];
  const contract = await csv('broken.csv', [
    header,
    good,
    broken[0] ?? '',
    good,
    broken[1] ?? '',
    broken[2] ?? '',
    good,
  ]);
  const { parts, undated, quarantine } = await judged(contract);
  expect(parts[0]).toMatchObject({ read: 3, rows: 3 });
  expect(undated).toMatchObject({ read: 3, quarantined: 3, reasons: { 'row.malformed': 3 } });
  expect(quarantine.map(({ malformed }) => malformed)).toEqual(broken);
  const report = await validateFile(
    bench.emptied(),
    flights({ sample: 'flights-3m' }),
    join(bench.folder, 'broken.csv'),
  );
  expect(report).toMatchObject({ rows: 6, quarantined: 3, undated: 3, rules: [{ rule: 'row.malformed', rows: 3 }] });
});

test('no broken line of a long file is lost', async () => {
  const lines = Array.from({ length: 60_000 }, (_, i) => {
    const line = `note ${i},2001-01-01 0${i % 5}:10,${i % 90},100,AAA,BBB`;
    return i % 100 === 7 ? `${line},${i}` : line;
  });
  const { parts, undated, quarantine } = await judged(await csv('long.csv', [header, ...lines]));
  expect(parts.reduce((sum, part) => sum + part.rows, 0)).toBe(59_400);
  expect(undated?.quarantined).toBe(600);
  expect(quarantine.map(({ malformed }) => malformed)).toEqual(lines.filter((_, i) => i % 100 === 7));
});

test('an unclosed quote or bytes that are no UTF-8 lose no row silently', async () => {
  const good = ',2001-01-01 00:10,1,100,AAA,BBB';
  const open = await judged(await csv('open.csv', [header, good, ',2001-01-01 00:10,1,100,"AAA,BBB', good, good]));
  expect(open.undated?.quarantined).toBeGreaterThan(0);
  const latin1 = Buffer.from(`${header}\n${good}\n${good.replace('AAA', '\u00c9\u00c8A')}\n${good}\n`, 'latin1');
  await writeFile(join(bench.folder, 'latin.csv'), latin1);
  const latin = await judged(flights({ path: 'latin.csv' }, 'csv'));
  const read = latin.parts.reduce((sum, part) => sum + part.read, latin.undated?.read ?? 0);
  expect([read, latin.undated?.quarantined]).toEqual([3, 1]);
});

test('later calls read the staged file, not the CSV again', async () => {
  const contract = await csv('once.csv', [header, ',2001-01-01 00:10,1,100,AAA,BBB']);
  const ports = bench.emptied();
  const first = await indexSource(ports, contract);
  expect(first.files[0]?.staged).toHaveLength(1);
  expect(await indexSource(ports, contract)).toEqual(first);
  expect(await ports.store.list('objects/')).toHaveLength(1);
});

test('a file without rows, without the columns or with one of them twice is refused', async () => {
  const message = async (lines: readonly string[]) =>
    failure(indexSource(bench.emptied(), await csv('odd.csv', lines)));
  expect(await message([header])).toMatch(/^source\.empty/);
  expect(await message([header.replace('delay', 'dealy'), ',,,,,'])).toMatch(/^schema\.missing-column: .*'delay'/);
  expect(await message([`${header},delay`, ',,,,,,'])).toMatch(
    /^source\.unreadable: .*one column 'delay'.*more than one/,
  );
});

test('a row of nothing but commas breaks `required` everywhere', async () => {
  const contract = {
    ...(await csv('commas.csv', ['date,x', ','])),
    columns: [column('date', 'date'), column('x', 'boolean')],
    rules: [],
  };
  const { quarantine } = await judged(contract);
  expect(quarantine.map(({ reasons }) => reasons)).toEqual([['date.required', 'x.required']]);
});

test('texts that the source names stand for null, and count as such', async () => {
  const lines = [
    header,
    'x,2001-01-01T00:10:00Z,NA,100,AAA,BBB',
    'x,NA,5,100,AAA,BBB',
    'x,2001-01-01T00:20:00Z,5,n/a,AAA,NA ',
  ];
  const contract = await csv('nulls.csv', lines);
  const plan: ContractPlan = { ...contract, source: { ...contract.source, nulls: ['NA', 'n/a'] } };
  const { quarantine } = await judged(plan);
  expect(quarantine.map(({ reasons }) => reasons)).toEqual([
    ['delay.required'],
    ['distance.required', 'destination.pattern'],
    ['date.required'],
  ]);
  const found = await validateFile(bench.emptied(), plan, 'nulls.csv', { judgedAt: 0 });
  expect(found.quarantined).toBe(3);
});
