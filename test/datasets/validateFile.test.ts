import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ColumnPlan, ContractPlan, SourceKind } from '../../core/contractPlan.ts';
import { validateFile } from '../../datasets/partitions/validateFile.ts';
import { validatePartitions } from '../../datasets/partitions/validatePartitions.ts';
import { indexSource } from '../../datasets/sources/indexSource.ts';
import { column, flights, openWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

/** Of each type of a Parquet column values at the borders of what a contract takes, as SQL. */
const times = ['2001-01-01 00:30:00', '2001-01-01 05:00:00', '0001-01-01', '0044-03-15 (BC)', 'infinity', '-infinity'];
const values: Readonly<Record<string, readonly string[]>> = {
  TIMESTAMP: times.map((time) => `TIMESTAMP '${time}'`),
  DATE: ["DATE '2001-01-01'", "DATE '9999-12-31'", "DATE 'infinity'", "DATE '0044-03-15 (BC)'"],
  DOUBLE: ['1', '1.5', '2', '-0.0', "'nan'", "'inf'", "'-inf'", '1e300', '9007199254740993', '1e19'],
  FLOAT: ['1', '0.1', "'nan'", "'-inf'"],
  'DECIMAL(20,2)': ['1', '1.5', '999999999999999999'],
  BIGINT: ['1', '2', '5', '-9223372036854775808', '9007199254740993'],
  HUGEINT: ['1', '5', '170141183460469231731687303715884105727'],
  UTINYINT: ['0', '1', '255'],
  VARCHAR: ["'AAA'", "'AAAB'", "''", "'😀'", "'1'", "'nan'", "'x'"],
  BOOLEAN: ['true', 'false'],
};
const types = {
  date: ['TIMESTAMP', 'DATE'],
  number: ['DOUBLE', 'FLOAT', 'DECIMAL(20,2)', 'BIGINT'],
  int: ['DOUBLE', 'BIGINT', 'HUGEINT', 'UTINYINT', 'DECIMAL(20,2)'],
  string: ['VARCHAR'],
  boolean: ['BOOLEAN'],
} as const;
const numeric = [
  { kind: 'min', value: 0 },
  { kind: 'max', value: 5 },
  { kind: 'multipleOf', value: 2 },
  { kind: 'oneOf', values: [1, 2, 5] },
] as const;

const physical = fc.record({
  date: fc.constantFrom(...types.date),
  other: fc.constantFrom(...types.date),
  number: fc.constantFrom(...types.number),
  int: fc.constantFrom(...types.int),
  whole: fc.constantFrom(...types.int),
  string: fc.constant('VARCHAR'),
  boolean: fc.constant('BOOLEAN'),
});
const nullables = fc.uniqueArray(fc.constantFrom('other', 'number', 'int', 'whole', 'string', 'boolean'));
const picks = fc.array(fc.array(fc.nat({ max: 40 }), { minLength: 7, maxLength: 7 }), {
  minLength: 20,
  maxLength: 150,
});

function contractOf(path: string, nullable: readonly string[], kind: SourceKind = 'parquet'): ContractPlan {
  const columns: ColumnPlan[] = [
    column('date', 'date'),
    column('other', 'date', [{ kind: 'max', value: Date.UTC(2005, 0) }]),
    column('number', 'number', numeric),
    column('int', 'int', numeric),
    column('whole', 'int', [{ kind: 'lessThan', value: 300 }]),
    column('string', 'string', [
      { kind: 'pattern', value: '^[A-Z]{3}$' },
      { kind: 'minLength', value: 2 },
    ]),
    column('boolean', 'boolean'),
  ];
  return {
    ...flights({ path }, kind),
    columns: columns.map((one) => ({ ...one, nullable: nullable.includes(one.name) })),
    rules: [
      { kind: 'compare', column: 'int', is: 'differsFrom', to: { column: 'whole' } },
      { kind: 'compare', column: 'number', is: 'atMost', to: { column: 'int' } },
      { kind: 'compare', column: 'other', is: 'below', to: { column: 'date' } },
      { kind: 'within', column: 'other', after: 'date', atMostMs: 3_600_000, orBeforeMs: 0 },
      {
        kind: 'requiredWhen',
        column: 'string',
        when: { kind: 'compare', column: 'int', is: 'above', to: { value: 1 } },
      },
    ],
    severity: { 'int.max': 'warn', 'string.pattern': 'warn' },
  };
}

/** What the hours' reports say together: they judge each row by all rules. */
async function byHours(contract: ContractPlan) {
  const ports = bench.emptied();
  const index = await indexSource(ports, contract);
  const { parts, undated } = await validatePartitions(
    ports,
    contract,
    index,
    index.hours.map(({ hour }) => hour),
    undefined,
  );
  const all = [...parts, ...(undated === null ? [] : [undated])];
  const rules = new Map<string, number>();
  for (const [id, rows] of all.flatMap(({ reasons, warnings = {} }) => [
    ...Object.entries(reasons),
    ...Object.entries(warnings),
  ]))
    rules.set(id, (rules.get(id) ?? 0) + rows);
  const sum = (of: (part: { read: number; quarantined: number }) => number) =>
    all.reduce((total, part) => total + of(part), 0);
  return {
    digest: index.digest,
    rows: sum(({ read }) => read),
    quarantined: sum(({ quarantined }) => quarantined),
    undated: undated?.read ?? 0,
    hours: { first: index.hours[0]?.hour ?? null, last: index.hours.at(-1)?.hour ?? null },
    rules: Object.fromEntries([...rules].sort()),
  };
}

async function atOnce(contract: ContractPlan, path: string) {
  const { digest, rows, quarantined, undated, hours, rules } = await validateFile(bench.emptied(), contract, path);
  const counted = rules.map(({ rule, rows }) => [rule, rows] as const);
  return { digest, rows, quarantined, undated, hours, rules: Object.fromEntries([...counted].sort()) };
}

test('a file is judged at once as its hours are one by one, whatever types and values its columns have', async () => {
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(physical, nullables, picks, async (of, nullable, rows) => {
      const path = join(bench.folder, `random${runs++}.parquet`);
      const sql = rows.map((picked) => {
        const cells = Object.entries(of).map(([name, type], k) => {
          const known = [...(values[type] ?? []), 'NULL'];
          return `CAST(${known[(picked[k] ?? 0) % known.length]} AS ${type}) AS "${name}"`;
        });
        return `SELECT ${cells.join(', ')}`;
      });
      await bench.database.run(`COPY (${sql.join(' UNION ALL ')}) TO '${path}' (FORMAT parquet)`);
      const contract = contractOf(path, nullable);
      expect(await atOnce(contract, path)).toEqual(await byHours(contract));
    }),
    { numRuns: 8 },
  );
}, 60_000);

test('bad rows are told by their place in the file, and all of them go where they are asked for', async () => {
  const path = join(bench.folder, 'rows.parquet');
  const quarantineTo = join(bench.folder, 'quarantine.parquet');
  // From row 12 on the delay is too long, row 15 has no origin: later hours come first in the file.
  await bench.database.run(`COPY (SELECT TIMESTAMP '2001-01-02' - INTERVAL (i) HOUR AS date, CASE WHEN i >= 12 THEN 9999 ELSE i END AS delay,
    100 AS distance, CASE WHEN i <> 15 THEN 'AAA' END AS origin, 'BBB' AS destination FROM range(40) AS t(i)) TO '${path}' (FORMAT parquet)`);
  const { samples, rules, quarantined } = await validateFile(bench.emptied(), flights({ path }), path, {
    quarantineTo,
  });
  expect(quarantined).toBe(28);
  expect(rules.map(({ rule, rows }) => [rule, rows])).toEqual([
    ['delay.max', 28],
    ['origin.required', 1],
  ]);
  expect(samples.map(({ row }) => row)).toEqual([12, 13, 14, 15, 16, 17, 18, 19, 20, 21]);
  expect(samples[3]).toMatchObject({
    hour: '2001-01-01T09',
    line: null,
    file: path,
    reasons: ['delay.max', 'origin.required'],
  });
  const kept = await bench.database.rows<{ row: number; reasons: number; origin: string | null }>(
    `SELECT CAST(_row AS INTEGER) AS row, CAST(len(_reasons) AS INTEGER) AS reasons, origin FROM read_parquet('${quarantineTo}')`,
  );
  expect(kept.map(({ row }) => row)).toEqual(Array.from({ length: 28 }, (_, i) => i + 12));
  expect(kept[3]).toEqual({ row: 15, reasons: 2, origin: null });
});

test('a rule with fewer rows than others is shown all the same', async () => {
  const path = join(bench.folder, 'rare.parquet');
  await bench.database.run(`COPY (SELECT TIMESTAMP '2001-01-02' AS date, 9999 AS delay, CASE WHEN i = 900 THEN 0 ELSE 9 END AS distance,
    'AAA' AS origin, 'BBB' AS destination FROM range(1000) AS t(i)) TO '${path}' (FORMAT parquet)`);
  const { samples } = await validateFile(bench.emptied(), flights({ path }), path);
  expect(samples.map(({ row }) => row)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 900]);
});

test('rows of text are told by their line, malformed lines by their text', async () => {
  const row = { date: '2001-01-01T00:10:00Z', delay: 5, distance: 100, origin: 'AAA', destination: 'BBB' };
  const ndjson = join(bench.folder, 'lines.ndjson');
  await writeFile(ndjson, [row, { ...row, delay: 9999 }].map((one) => `${JSON.stringify(one)}\n`).join('\nx\n'));
  const ofLines = await validateFile(bench.emptied(), flights({ path: ndjson }), ndjson);
  expect(ofLines.samples.map(({ row, line, malformed }) => [row, line, malformed])).toEqual([
    [null, 3, 'x'],
    [null, 4, null],
  ]);
  const csv = join(bench.folder, 'lines.csv');
  const good = '2001-01-01 00:10,5,100,AAA,BBB';
  await writeFile(
    csv,
    ['date,delay,distance,origin,destination', good, 'x', good, good.replace('5', '9999'), ''].join('\n'),
  );
  const ofCsv = await validateFile(bench.emptied(), flights({ path: csv }), csv);
  expect(ofCsv.samples.map(({ row, line, malformed }) => [row, line, malformed])).toEqual([
    [2, null, null],
    [null, null, 'x'],
  ]);
});

test('rules across rows are judged over all rows, and rules that only warn leave them clean', async () => {
  const path = join(bench.folder, 'across.parquet');
  await bench.database.run(`COPY (SELECT TIMESTAMP '2001-01-01' AS date, i // 2 AS delay, 100 AS distance, 'AAA' AS origin,
    'BBB' AS destination FROM range(10) AS t(i)) TO '${path}' (FORMAT parquet)`);
  const contract: ContractPlan = {
    ...flights({ path }),
    across: [{ kind: 'unique', columns: ['delay'] }],
    severity: { 'distance.max': 'warn' },
  };
  const twice = await validateFile(bench.emptied(), contract, path);
  expect(twice).toMatchObject({ rows: 10, quarantined: 5, rules: [{ rule: 'delay.unique', rows: 5 }] });
  const strict = contract.columns.map((one) =>
    one.name === 'distance' ? column('distance', 'int', [{ kind: 'max', value: 99 }]) : one,
  );
  const warned = await validateFile(bench.emptied(), { ...contract, across: [], columns: strict }, path);
  expect(warned).toMatchObject({
    quarantined: 0,
    samples: [],
    rules: [{ rule: 'distance.max', severity: 'warn', rows: 10 }],
  });
});
