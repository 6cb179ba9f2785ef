import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { lookUpPartitions } from '../../datasets/partitions/lookUpPartitions.ts';
import { validateFile } from '../../datasets/partitions/validateFile.ts';
import { validatePartitions } from '../../datasets/partitions/validatePartitions.ts';
import { validateWanted } from '../../datasets/partitions/validateWanted.ts';
import { readQuarantine } from '../../datasets/quarantine/readQuarantine.ts';
import { indexSource } from '../../datasets/sources/indexSource.ts';
import { lineBlocks } from '../../datasets/sources/lineBlocks.ts';
import { column, failure, flights, openWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

async function ndjson(name: string, lines: readonly string[], end = '\n'): Promise<ContractPlan> {
  await writeFile(join(bench.folder, name), lines.map((line) => line + end).join(''));
  return flights({ path: name }, 'ndjson');
}

async function judged(contract: ContractPlan) {
  const ports = bench.emptied();
  const index = await indexSource(ports, contract);
  const hours = index.hours.map(({ hour }) => hour);
  const result = await validatePartitions(ports, contract, index, hours, undefined);
  const all = result.undated === null ? result.parts : [...result.parts, result.undated];
  return { ports, index, ...result, quarantine: await readQuarantine(ports, contract, all) };
}

const good = { date: '2001-01-01T00:10:00Z', delay: 5, distance: 100, origin: 'AAA', destination: 'BBB' };
const line = (change: object = {}) => JSON.stringify({ ...good, ...change });
/** A line with the JSON of one field as it is given. */
const raw = (field: keyof typeof good, json: string) => line({ [field]: '?' }).replace('"?"', json);

describe('types are strict', () => {
  test.each([
    ['delay', ['2.7'], 'delay.whole'],
    ['delay', ['"7"', 'true', '{}', '[7]', '99999999999999999999'], 'delay.type'],
    ['delay', ['NaN', '-Infinity', '1e400'], 'delay.finite'],
    ['delay', ['null'], 'delay.required'],
    ['origin', ['true', '7', '{"a":"b"}'], 'origin.type'],
    ['origin', ['""', '"\\u0041"', '"\\\\AA"'], 'origin.pattern'],
    ['date', ['"yesterday"', '1.5', '"978307800"', 'true', '"2001-01-01T25:00:00"', '"2001-1-1"', '""'], 'date.type'],
    ['date', ['"0000-01-01"', '1e18', '253402300800000', '"9999-12-31T23:00:00-05:00"'], 'date.finite'],
  ] as const)('%s of %j breaks %s', async (field, values, reason) => {
    const contract = await ndjson('strict.ndjson', [line(), ...values.map((json) => raw(field, json))]);
    const { quarantine, parts } = await judged(contract);
    expect(quarantine.map(({ reasons }) => reasons)).toEqual(values.map(() => [reason]));
    expect(parts.reduce((rows, part) => rows + part.rows, 0)).toBe(1);
  });

  test('what came is shown as JSON where its type is wrong, as a value elsewhere', async () => {
    const { quarantine } = await judged(
      await ndjson('shown.ndjson', [line(), raw('delay', '"7"'), raw('delay', '-500')]),
    );
    expect(quarantine.map(({ values }) => [values.delay, values.origin, values.date])).toEqual([
      ['"7"', 'AAA', '2001-01-01 00:10:00'],
      ['-500', 'AAA', '2001-01-01 00:10:00'],
    ]);
  });

  test('the same number in any notation, the same instant in any zone or in milliseconds are one value', async () => {
    const forms = [
      line(),
      ...['5.0', '0.5e1', '50E-1'].map((json) => raw('delay', json)),
      ...['"2001-01-01T02:10:00+02:00"', '"2001-01-01 00:10"', '978307800000'].map((json) => raw('date', json)),
      raw('origin', '"\\u0041AA"'),
      ` \t${line({ unknown: { a: [1] } })} \t`,
    ];
    const { parts, ports } = await judged(await ndjson('forms.ndjson', forms));
    expect(parts[0]).toMatchObject({ read: forms.length, rows: forms.length });
    const file = await ports.store.file(`objects/${parts[0]?.object}`);
    const distinct = `SELECT DISTINCT date, delay, distance, origin, destination FROM read_parquet('${file}')`;
    expect(await bench.database.rows(distinct)).toHaveLength(1);
  });
});

describe('rows', () => {
  test('without a field that may be null have null there; other fields are left out', async () => {
    const contract = await ndjson('fields.ndjson', [
      line({ note: 'a', extra: 1 }),
      line({ note: null }),
      line(),
      line({ note: undefined, delay: undefined }),
    ]);
    const columns = [...contract.columns, { ...column('note', 'string'), nullable: true }];
    const { parts, quarantine, ports } = await judged({ ...contract, columns });
    expect(parts[0]).toMatchObject({ read: 4, rows: 3, reasons: { 'delay.required': 1 } });
    expect(quarantine.map(({ file, line: at }) => [file, at])).toEqual([[join(bench.folder, 'fields.ndjson'), 4]]);
    const notes = await bench.database.rows(
      `SELECT note FROM read_parquet('${await ports.store.file(`objects/${parts[0]?.object}`)}') ORDER BY _row`,
    );
    expect(notes).toEqual([{ note: 'a' }, { note: null }, { note: null }]);
  });

  test('that are no JSON object are kept with their text and line; blank lines are none', async () => {
    const broken = [
      '{"date":',
      '[1]',
      '"text"',
      '42',
      'null',
      `${line()}${line()}`,
      'NaN',
      '{"a":"\t"}',
      '{"a":"\\ud800"}',
    ];
    const lines = ['', ...broken.flatMap((text) => [line(), text, '  ']), line()];
    const { parts, undated, quarantine } = await judged(await ndjson('broken.ndjson', lines, '\r\n'));
    expect(parts[0]).toMatchObject({ read: 10, rows: 10 });
    expect(undated).toMatchObject({ read: 9, quarantined: 9, reasons: { 'row.malformed': 9 } });
    expect(quarantine.map(({ malformed, line: at }) => [malformed, at])).toEqual(
      broken.map((text, index) => [text, 3 + 3 * index]),
    );
  });

  test('may have fields with names that the engine has in its own statements', async () => {
    const names = ['number', 'line', 'object', 'lines', 'v1', 'r0', 'p2', 'hour', 'part', 'place', 'row', 'malformed'];
    const lines = [3, 1, 2].map((n) =>
      JSON.stringify({ date: good.date, ...Object.fromEntries(names.map((x) => [x, n])) }),
    );
    const contract = await ndjson('names.ndjson', [...lines, '{"date"', lines[0]?.replaceAll('3,', '"3",') ?? '']);
    const columns = [column('date', 'date'), ...names.map((name) => column(name, 'int'))];
    const { parts, quarantine, ports } = await judged({ ...contract, columns, rules: [] });
    const path = await ports.store.file(`objects/${parts[0]?.object}`);
    const found = await bench.database.rows(`SELECT _row, number, line, v1 FROM read_parquet('${path}') ORDER BY _row`);
    expect(found.map((row) => Object.values(row).map(Number))).toEqual([
      [0, 3, 3, 3],
      [1, 1, 1, 1],
      [2, 2, 2, 2],
    ]);
    expect(quarantine.map(({ line: at }) => at)).toEqual([5, 4]);
  });

  test('with bytes that are no UTF-8 are malformed, the others of their block are not', async () => {
    const path = join(bench.folder, 'latin.ndjson');
    await writeFile(path, `\uFEFF${line()}\n`);
    await appendFile(path, Buffer.from(`${line({ origin: '\u00c9' })}\n`, 'latin1'));
    await appendFile(path, line());
    const { parts, quarantine } = await judged(flights({ path }, 'ndjson'));
    expect(parts[0]).toMatchObject({ read: 2, rows: 2 });
    expect(quarantine).toMatchObject([{ reasons: ['row.malformed'], line: 2 }]);
    expect(quarantine[0]?.malformed).toBe(`\uFFFD${line({ origin: '\uFFFD' })}`);
  });

  test('of a long file lie in several objects, in order, and none is lost', async () => {
    const lines = Array.from({ length: 150_000 }, (_, i) =>
      i % 10_000 === 77 ? `broken ${i}` : line({ delay: i % 90, note: `note ${i} `.repeat(10) }),
    );
    const contract = await ndjson('long.ndjson', lines);
    const { parts, quarantine, index, ports } = await judged(contract);
    expect(index.files[0]?.staged?.length).toBeGreaterThan(1);
    expect(parts[0]?.rows).toBe(149_985);
    expect(quarantine.map(({ line: at, malformed }) => [at, malformed])).toEqual(
      lines.flatMap((text, i) => (text.startsWith('broken') ? [[i + 1, text]] : [])),
    );
    const file = await ports.store.file(`objects/${parts[0]?.object}`);
    const wrong = `SELECT count(*) AS n FROM (SELECT delay, row_number() OVER (ORDER BY _row) - 1 AS i FROM read_parquet('${file}'))
      WHERE delay <> (i + i // 9999 + CASE WHEN i % 9999 >= 77 THEN 1 ELSE 0 END) % 90`;
    expect(await bench.database.rows(wrong)).toEqual([{ n: 0n }]);
  });
});

test('hours are judged alike in one pass, in many, and out of order', async () => {
  const at = (i: number) => new Date(Date.UTC(2001, 0, 1, i % 7, i % 60)).toISOString();
  const lines = Array.from({ length: 300 }, (_, i) => line({ date: at(i), delay: i % 90 === 3 ? 9999 : i }));
  const contract = await ndjson('passes.ndjson', lines);
  const validated = async (atOnce: number) => {
    const ports = bench.emptied();
    const index = await indexSource(ports, contract);
    const hours = index.hours.map(({ hour }) => hour);
    const { fresh } = await lookUpPartitions(ports, contract, index, hours, undefined);
    const parts = await validateWanted(ports, contract, index, fresh, undefined, atOnce);
    return { parts, bad: await readQuarantine(ports, contract, parts) };
  };
  const one = await validated(1_000);
  expect(one.parts.map(({ read }) => read)).toEqual([43, 43, 43, 43, 43, 43, 42]);
  expect(one.bad.map(({ hour, row, line: at }) => [hour, row, at])).toEqual(
    [3, 93, 183, 273].map((i) => [at(i).slice(0, 13), Math.floor(i / 7), i + 1]).sort(),
  );
  expect(await validated(1)).toEqual(one);
  expect(await validated(100)).toEqual(one);
});

test('later calls read the staged objects, not the file again', async () => {
  const contract = await ndjson('once.ndjson', [line()]);
  const ports = bench.emptied();
  const first = await indexSource(ports, contract);
  expect(await indexSource(ports, contract)).toEqual(first);
  expect(await ports.store.list('objects/')).toHaveLength(1);
});

test('a file without rows or without a field in all of them is refused, one that is an array is quarantined', async () => {
  const message = async (lines: readonly string[]) =>
    failure(indexSource(bench.emptied(), await ndjson('odd.ndjson', lines)));
  expect(await message(['', ' '])).toMatch(/^source\.empty/);
  expect(await message([line({ delay: undefined, dealy: 3 })])).toMatch(
    /^schema\.missing-column: .*'delay'.*did you mean 'dealy'\?/,
  );
  const { undated } = await judged(await ndjson('array.ndjson', [`[${line()}]`]));
  expect(undated).toMatchObject({ read: 1, reasons: { 'row.malformed': 1 } });
});

test('validateFile knows NDJSON by its ending', async () => {
  await ndjson('whole.jsonl', [line(), line({ delay: 9999 }), 'x']);
  const report = await validateFile(
    bench.emptied(),
    flights({ sample: 'flights-3m' }),
    join(bench.folder, 'whole.jsonl'),
  );
  expect(report).toMatchObject({ rows: 3, quarantined: 2, undated: 1 });
  expect(report.rules.map(({ rule }) => rule)).toEqual(['row.malformed', 'delay.max']);
});

test('blocks are whole lines, numbered, whatever the sizes of what is read', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: fc.constantFrom('a', '\u00e9', '\n') }), { minLength: 1 }),
      fc.integer({ min: 1, max: 20 }),
      async (chunks, size) => {
        const found: string[] = [];
        for await (const block of lineBlocks(bytesOf(chunks), 'text', size)) {
          expect(block.firstLine).toBe(found.length + 1);
          found.push(...Buffer.from(block.bytes).toString().split('\n'));
        }
        const lines = chunks.join('').split('\n');
        // An end of line at the end begins no other line.
        expect(found).toEqual(lines.at(-1) === '' ? lines.slice(0, -1) : lines);
      },
    ),
  );
});

async function* bytesOf(chunks: readonly string[]) {
  for (const chunk of chunks) yield Buffer.from(chunk);
}
