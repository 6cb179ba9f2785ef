import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ColumnPlan, ContractPlan, SourceKind } from '../../core/contractPlan.ts';
import { validatePartitions } from '../../datasets/partitions/validatePartitions.ts';
import { readQuarantine } from '../../datasets/quarantine/readQuarantine.ts';
import { indexSource } from '../../datasets/sources/indexSource.ts';
import { column, failure, flights, openWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

const types = ['int', 'number', 'boolean', 'date', 'string'] as const;

/** A column of each type, all of which take null; `coerce` as given. */
function contract(path: string, kind: SourceKind, coerce: boolean, checks: ColumnPlan['checks'] = []): ContractPlan {
  const columns = types.map((type) => {
    const own = type === 'int' ? checks : [];
    return { ...column(type, type, own), nullable: true, ...(coerce ? { coerce: true as const } : {}) };
  });
  return { ...flights({ path }, kind), columns: [column('at', 'date'), ...columns], eventTime: 'at', rules: [] };
}

/** Per row in its order, the rules that it breaks and what its columns became (null of a row in quarantine). */
async function judged(plan: ContractPlan) {
  const ports = bench.emptied();
  const index = await indexSource(ports, plan);
  const hours = index.hours.map(({ hour }) => hour);
  const { parts } = await validatePartitions(ports, plan, index, hours, undefined);
  const [part] = parts;
  const bad = await readQuarantine(ports, plan, parts);
  const reasons = new Map(bad.map((row) => [row.row, row.reasons]));
  const path = part?.object === null ? null : await ports.store.file(`objects/${part?.object}`);
  const clean =
    path === null
      ? []
      : await bench.database.rows<Record<string, unknown>>(
          `SELECT _row, CAST(COLUMNS(* EXCLUDE (_row, "at")) AS VARCHAR) FROM read_parquet('${path}')`,
        );
  const values = new Map(clean.map(({ _row, ...row }) => [Number(_row), row]));
  return Array.from({ length: part?.read ?? 0 }, (_, row) => ({
    reasons: reasons.get(row) ?? [],
    values: values.get(row) ?? null,
  }));
}

const at = '2001-01-01T00:00:00Z';

async function ndjson(
  cells: readonly (readonly [type: string, json: string])[],
  coerce = true,
  checks?: ColumnPlan['checks'],
) {
  const lines = cells.map(([type, json]) => `{"at":"${at}","${type}":${json}}`);
  await writeFile(join(bench.folder, 'x.ndjson'), `${lines.join('\n')}\n`);
  const rows = await judged(contract('x.ndjson', 'ndjson', coerce, checks));
  return rows.map(({ reasons, values }, k) => (reasons.length > 0 ? reasons.join(' ') : values?.[cells[k]?.[0] ?? '']));
}

describe('with coerce, in JSON', () => {
  test('a text counts as what it reads as', async () => {
    const cells = [
      ['int', '"7"', '7'],
      ['int', '" -7.0 "', '-7'],
      ['int', '"9007199254740993"', '9007199254740993'],
      ['int', '7', '7'],
      ['number', '"2.5e1"', '25.0'],
      ['boolean', '"True"', 'true'],
      ['boolean', 'false', 'false'],
      ['date', '"2001-3-15"', '2001-03-15 00:00:00'],
      ['date', '" 2001-03-15T12:00:00+02:00 "', '2001-03-15 10:00:00'],
      ['date', '978307800000', '2001-01-01 00:10:00'],
      ['string', '7', '7'],
      ['string', '5.0', '5'],
      ['string', 'true', 'true'],
      ['string', '"\\u0041"', 'A'],
    ] as const;
    expect(await ndjson(cells.map(([type, json]) => [type, json]))).toEqual(cells.map(([, , value]) => value));
  });

  test('what does not read as the type is of a wrong type, and so is an empty text; null stays null', async () => {
    const cells = [
      ['int', '""', 'int.type'],
      ['int', '" "', 'int.type'],
      ['int', '"0x1F"', 'int.type'],
      ['int', 'true', 'int.type'],
      ['int', '"2.7"', 'int.whole'],
      ['int', '"NaN"', 'int.finite'],
      ['number', '"7,5"', 'number.type'],
      ['number', '"Infinity"', 'number.finite'],
      ['boolean', '"1"', 'boolean.type'],
      ['boolean', '1', 'boolean.type'],
      ['date', '"978307800000"', 'date.type'],
      ['date', '"10000-01-01"', 'date.finite'],
      ['string', '2.7', 'string.type'],
      ['string', '{"a":1}', 'string.type'],
      ['string', '99999999999999999999', 'string.type'],
      ['int', 'null', null],
      ['string', 'null', null],
    ] as const;
    expect(await ndjson(cells.map(([type, json]) => [type, json]))).toEqual(cells.map(([, , value]) => value));
  });

  test('the checks are those of the value', async () => {
    const checks = [{ kind: 'max', value: 9 }] as const;
    expect(
      await ndjson(
        [
          ['int', '"9"'],
          ['int', '"10"'],
          ['int', '"9.5"'],
        ],
        true,
        checks,
      ),
    ).toEqual(['9', 'int.max', 'int.whole int.max']);
  });

  test('and without it, a text is a text', async () => {
    const cells = [
      ['int', '"7"'],
      ['number', '"7"'],
      ['boolean', '"true"'],
      ['string', '7'],
    ] as const;
    expect(await ndjson(cells, false)).toEqual(['int.type', 'number.type', 'boolean.type', 'string.type']);
  });
});

const field = fc.oneof(
  fc.constantFrom(
    '7',
    '-0',
    '2.7',
    '1e3',
    '.5',
    '5.',
    '+1',
    '0x1F',
    'nan',
    '-inf',
    'true',
    'FALSE',
    'yes',
    '2001-03-15',
  ),
  fc.constantFrom(
    '2001-3-5',
    '2001-03-15T12:00',
    '2001-03-15 12:00:00.5Z',
    '2001-03-15T12:00+02:00',
    '0000-01-01',
    'x',
  ),
  fc.constantFrom('9223372036854775807', '9223372036854775808', '99999-01-01', ' 7 ', '1_0', '1,5'),
  fc.string({ unit: fc.constantFrom('1', '2', '.', '-', 'e', ':', 'T', ' '), minLength: 1, maxLength: 6 }),
);

test('with coerce, a text of JSON reads as the same field of a CSV file does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(field, { minLength: 200, maxLength: 200 }), async (fields) => {
      const header = ['at', ...types].join(',');
      const csv = fields.map((text) => [at, ...types.map(() => `"${text}"`)].join(','));
      await writeFile(join(bench.folder, 'same.csv'), `${header}\n${csv.join('\n')}\n`);
      const json = fields.map((text) =>
        JSON.stringify({ at, ...Object.fromEntries(types.map((type) => [type, text])) }),
      );
      await writeFile(join(bench.folder, 'same.ndjson'), `${json.join('\n')}\n`);
      const ofCsv = await judged(contract('same.csv', 'csv', false));
      expect(await judged(contract('same.ndjson', 'ndjson', true))).toEqual(ofCsv);
    }),
    { numRuns: 5, seed: 7, endOnFailure: true },
  );
});

describe('with coerce, in Parquet', () => {
  const write = (columns: string) =>
    bench.database.run(
      `COPY (SELECT TIMESTAMP '2001-01-01' AS "at", ${columns}) TO '${join(bench.folder, 'x.parquet')}'`,
    );

  test('a column of text counts as its fields of a CSV file, whole numbers as milliseconds and as text', async () => {
    await write(`'7' AS int, ' 2.5' AS number, 'TRUE' AS boolean, 978307800000 AS date, 12::UTINYINT AS string`);
    expect(await judged(contract('x.parquet', 'parquet', true))).toEqual([
      {
        reasons: [],
        values: { int: '7', number: '2.5', boolean: 'true', date: '2001-01-01 00:10:00', string: '12' },
      },
    ]);
    await write(`'7.5' AS int, '' AS number, 'no' AS boolean, 253402300800000 AS date, true AS string`);
    const [row] = await judged(contract('x.parquet', 'parquet', true));
    expect(row?.reasons).toEqual(['int.whole', 'number.type', 'boolean.type', 'date.finite']);
  });

  test('a column of text may be the event time', async () => {
    await bench.database.run(
      `COPY (SELECT '2001-1-1 05:00' AS "at" UNION ALL SELECT 'x') TO '${join(bench.folder, 'x.parquet')}'`,
    );
    const plan = { ...flights({ path: 'x.parquet' }), columns: [{ ...column('at', 'date'), coerce: true }] } as const;
    const ports = bench.emptied();
    const index = await indexSource(ports, { ...plan, eventTime: 'at', rules: [] });
    expect(index).toMatchObject({ hours: [{ hour: '2001-01-01T05', rows: 1 }], undated: { rows: 1 } });
    const found = await validatePartitions(
      ports,
      { ...plan, eventTime: 'at', rules: [] },
      index,
      ['2001-01-01T05'],
      undefined,
    );
    expect([found.parts[0]?.rows, found.undated?.reasons]).toEqual([1, { 'at.type': 1 }]);
  });

  test('other types are refused, as all text is without it', async () => {
    await write(`'7' AS int, 1 AS number, true AS boolean, TIMESTAMP '2001-01-01' AS date, 'a' AS string`);
    const refused = (coerce: boolean) =>
      failure(indexSource(bench.emptied(), contract('x.parquet', 'parquet', coerce)));
    expect(await refused(false)).toMatch(/^schema\.wrong-type: .*'int'.*VARCHAR/);
    await write(`1 AS int, 1 AS number, true AS boolean, 1.5 AS date, 'a' AS string`);
    expect(await refused(true)).toMatch(/^schema\.wrong-type: .*'date'.*DECIMAL/);
  });
});
