import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ColumnType, ContractPlan } from '../../core/contractPlan.ts';
import { hourMs } from '../../core/time.ts';
import { sqlText } from '../../datasets/database.ts';
import { sketchPartitions } from '../../datasets/partitions/sketchPartitions.ts';
import { canonicalTypes } from '../../datasets/sources/typedColumn.ts';
import { type Raw, sketchOfColumn } from '../core/sketches/sketchOfRows.ts';
import { column, flights, openWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

type HourRow = readonly [hour: number, value: Raw];

/** The sketches that SQL makes of one column's rows in some hours. */
async function sketched(type: ColumnType, rows: readonly HourRow[]) {
  const values = rows.map(([hour, value]) => `(${hour * hourMs}, ${literal(type, value)})`);
  await bench.database.run(`CREATE OR REPLACE TABLE given (hour BIGINT, value ${canonicalTypes[type]})`);
  if (values.length > 0) await bench.database.run(`INSERT INTO given VALUES ${values.join(', ')}`);
  return made(type);
}

async function made(type: ColumnType) {
  const contract: ContractPlan = { ...flights({ path: 'x' }), columns: [{ ...column('x', type), nullable: true }] };
  const of = await sketchPartitions(bench, contract, { cleanValues: () => 'SELECT hour, value FROM given' });
  return (hour: number) => of(hour * hourMs);
}

function literal(type: ColumnType, value: Raw): string {
  if (value === null) return 'NULL';
  if (type === 'date') return `make_timestamp(CAST(${Number(value) * 1_000} AS BIGINT))`;
  return typeof value === 'string' ? sqlText(value) : type === 'number' ? `CAST('${value}' AS DOUBLE)` : String(value);
}

const ofType: Readonly<Record<ColumnType, fc.Arbitrary<Raw>>> = {
  int: fc.oneof(fc.integer({ min: -300, max: 300 }), fc.maxSafeInteger()),
  number: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
  string: fc.oneof(
    fc.string({ maxLength: 3 }),
    fc.constantFrom('SFO', "O'Hare", 'ß', '😀'),
    fc.string({ unit: 'grapheme' }),
  ),
  boolean: fc.boolean(),
  date: fc.integer({ min: -1e12, max: 2e12 }),
};

describe('the sketch that SQL makes of an hour', () => {
  test.each(Object.keys(ofType) as ColumnType[])('of %s is that of its rows', async (type) => {
    const row = fc.tuple(fc.nat(2), fc.option(ofType[type]));
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 60 }), async (rows) => {
        const of = await sketched(
          type,
          rows.map(([hour, value]) => [hour, withoutNull(value)] as const),
        );
        for (const hour of [0, 1, 2]) {
          const own = rows.filter(([at]) => at === hour).map(([, value]) => withoutNull(value));
          const columns = own.length === 0 ? {} : { x: sketchOfColumn(type, own) };
          expect(of(hour)).toEqual({ format: 1, rows: own.length, columns });
        }
      }),
      { numRuns: 25 },
    );
  });

  test('with more values than are kept is the same sample that core takes', async () => {
    for (const type of ['string', 'int'] as const) {
      const value = type === 'int' ? 'i % 1500 - 700' : "'user ' || (i % 1500)";
      await bench.database.run(`CREATE OR REPLACE TABLE given AS SELECT i // 3000 AS nth, ${value} AS value,
        CASE WHEN i < 3000 THEN 0 ELSE ${hourMs} END AS hour FROM range(3100) AS t(i)
        UNION ALL SELECT 0, NULL, 0 UNION ALL SELECT 0, CASE WHEN i < 90 THEN ${value} END, 0 FROM range(30, 130) AS t(i)`);
      const all = await bench.database.rows<{ hour: number; value: Raw }>(
        `SELECT CAST(hour AS DOUBLE) AS hour, ${type === 'int' ? 'CAST(value AS DOUBLE) AS value' : 'value'} FROM given`,
      );
      const of = await made(type);
      for (const hour of [0, 1]) {
        const own = all.filter((row) => row.hour === hour * hourMs).map((row) => row.value);
        expect(of(hour).columns.x).toEqual(sketchOfColumn(type, own));
      }
      expect([of(0).columns.x?.values?.isComplete, of(1).columns.x?.values?.isComplete]).toEqual([false, true]);
    }
  });

  test('lists frequent values of a wide hour', async () => {
    await bench.database.run(`CREATE OR REPLACE TABLE given AS
      SELECT 0 AS hour, CASE WHEN i < 30 THEN 'thirty' WHEN i < 59 THEN 'less' ELSE 'user ' || i END AS value FROM range(3000) AS t(i)`);
    expect((await made('string'))(0).columns.x?.values?.frequent).toEqual([['thirty', 30]]);
  });

  test('keeps whole numbers beyond 2^53 apart, and long texts short', async () => {
    const of = await sketched('int', []);
    expect(of(0)).toEqual({ format: 1, rows: 0, columns: {} });
    await bench.database.run(`INSERT INTO given VALUES (0, 9007199254740993), (0, 9007199254740992),
      (0, -9223372036854775808), (0, 9223372036854775807)`);
    const { numbers, values } = (await made('int'))(0).columns.x ?? {};
    expect(values?.counts.map(([value]) => value)).toEqual([
      '-9223372036854775808',
      '9007199254740992',
      '9007199254740993',
      '9223372036854775807',
    ]);
    expect(numbers).toMatchObject({ min: -(2 ** 63), max: 2 ** 63, sum: '18014398509481984' });
    const long = `${'ä'.repeat(99)}x`;
    const texts = (
      await sketched('string', [
        [0, long],
        [0, 'y'.repeat(100)],
      ])
    )(0).columns.x?.values?.counts;
    const digest = createHash('md5').update(long).digest('hex');
    expect(texts?.map(([value]) => value)).toEqual(['y'.repeat(100), `${'ä'.repeat(60)}…${digest}`]);
  });
});

/** A NUL byte ends a text in the SQL that this test writes. */
function withoutNull(value: Raw): Raw {
  return typeof value === 'string' ? value.replaceAll('\0', '0') : value;
}
