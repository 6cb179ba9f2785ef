import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ColumnType } from '../../../core/contractPlan.ts';
import { bucketEnds, bucketOf } from '../../../core/sketches/buckets.ts';
import { distinctCount } from '../../../core/sketches/distinctCount.ts';
import { addedSums, exactMean, exactSum } from '../../../core/sketches/exactSum.ts';
import { md5 } from '../../../core/sketches/md5.ts';
import { meanOf } from '../../../core/sketches/meanOf.ts';
import { mergedSketch } from '../../../core/sketches/mergedSketch.ts';
import { quantile } from '../../../core/sketches/quantile.ts';
import { countsExactly, nearestExact, rowsWhere } from '../../../core/sketches/rowsWhere.ts';
import { type Raw, sketchOfColumn, sketchOfRows } from './sketchOfRows.ts';

const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));
const ofType: Readonly<Record<ColumnType, fc.Arbitrary<Raw>>> = {
  int: fc.oneof(fc.integer({ min: -300, max: 300 }), fc.maxSafeInteger()),
  number: fc.oneof(double, fc.integer({ min: -9, max: 9 })),
  string: fc.oneof(fc.string({ maxLength: 3 }), fc.constantFrom('SFO', 'JFK')),
  boolean: fc.boolean(),
  date: fc.integer({ min: -1e12, max: 2e12 }),
};
const types = Object.keys(ofType) as ColumnType[];

describe('a bucket', () => {
  test('holds its inner end and not its outer one, and lies in the order of the numbers', () => {
    fc.assert(
      fc.property(double, double, (a, b) => {
        const { inner, outer } = bucketEnds(bucketOf(a));
        // The first bucket begins at what is nearest to zero.
        if (inner !== 0) expect(bucketOf(inner)).toBe(bucketOf(a));
        if (a !== 0 && Number.isFinite(outer)) expect(bucketOf(outer)).toBe(bucketOf(a) + Math.sign(a));
        expect(Math.sign(bucketOf(a) - bucketOf(b)) * Math.sign(a - b)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('holds one whole number alone below 128, and two from there', () => {
    const buckets = Array.from({ length: 300 }, (_, at) => bucketOf(at - 150));
    expect(new Set(buckets.slice(150 - 128, 150 + 129)).size).toBe(257);
    expect([bucketOf(128) === bucketOf(129), bucketOf(127) === bucketOf(128)]).toEqual([true, false]);
  });
});

describe('merging', () => {
  test.each(types)('parts of %s gives the sketch of all rows, however they are grouped', (type) => {
    const part = fc.array(fc.option(ofType[type]), { maxLength: 30 });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), fc.nat(6), (parts, cut) => {
        const sketches = parts.map((rows) => sketchOfRows(type, rows));
        const merged = mergedSketch(sketches);
        const grouped = mergedSketch([mergedSketch(sketches.slice(cut)), mergedSketch(sketches.slice(0, cut))]);
        expect(JSON.stringify(grouped)).toBe(JSON.stringify(merged));
        expect(JSON.stringify(mergedSketch(sketches.toReversed()))).toBe(JSON.stringify(merged));
        const { x } = merged.columns;
        const whole = sketchOfRows(type, parts.flat()).columns.x;
        expect({ ...x, values: x?.values?.counts }).toEqual({ ...whole, values: whole?.values?.counts });
      }),
    );
  });

  test('more values than are kept is the same sample in any grouping, with exact counts', () => {
    const rows = Array.from({ length: 12_000 }, (_, at) => `user ${(at * 7919) % 9_000}`);
    const parts = Array.from({ length: 12 }, (_, at) =>
      sketchOfRows('string', rows.slice(at * 1_000, at * 1_000 + 1_000)),
    );
    const merged = mergedSketch(parts);
    const pairs = [0, 2, 4, 6, 8, 10].map((at) => mergedSketch(parts.slice(at, at + 2)));
    expect(JSON.stringify(mergedSketch(pairs.toReversed()))).toBe(JSON.stringify(merged));
    const whole = sketchOfColumn('string', rows);
    expect(merged.columns.x?.values?.counts).toEqual(whole.values?.counts);
    expect(merged.columns.x?.values?.isComplete).toBe(false);
  });

  test('nothing is a sketch of no rows', () => {
    expect(mergedSketch([])).toEqual({ format: 1, rows: 0, columns: {} });
  });
});

describe('a sum', () => {
  test('is exact and the same in any order', () => {
    fc.assert(
      fc.property(fc.array(double, { minLength: 1 }), (values) => {
        const texts = values.map((value) => sketchOfColumn('number', [value]).numbers?.sum ?? '');
        const sum = texts.reduce(addedSums);
        expect(texts.toReversed().reduce(addedSums)).toBe(sum);
        expect(sum).toBe(sketchOfColumn('number', values).numbers?.sum);
      }),
    );
    expect([addedSums('1p-3', '7p-3'), addedSums('5', '-5'), exactSum(3n, 2)]).toEqual(['1', '0', '12']);
  });

  test('of one row is that row, divided as it is rounded once', () => {
    fc.assert(
      fc.property(double, (value) => {
        expect(meanOf(sketchOfColumn('number', [value]))).toBe(value);
        expect(meanOf(sketchOfColumn('number', [value, value, value]))).toBe(value);
      }),
    );
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 1, max: 1e9 }), (sum, rows) => {
        expect(exactMean(String(sum), rows)).toBe(sum / rows);
      }),
    );
    expect(meanOf(sketchOfColumn('date', [1_000, 4_000]))).toBe(2_500);
    expect(meanOf(sketchOfColumn('int', [null]))).toBeUndefined();
  });
});

describe('a quantile', () => {
  test('is within 0.8 % of that of the rows', () => {
    const rows = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(rows, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
        const sorted = values.map((value) => (value === 0 ? 0 : value)).sort((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? 0;
        const found = quantile(sketchOfColumn('number', sorted), share) ?? Number.NaN;
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(0.008 * Math.abs(exact) + 1e-300);
      }),
    );
  });

  test('is exact for small whole numbers, within a day for dates, and nothing without rows', () => {
    const small = sketchOfColumn('int', [-120, 3, 5, 64, 127]);
    expect([0, 0.2, 0.5, 0.8, 1].map((share) => quantile(small, share))).toEqual([-120, -120, 5, 64, 127]);
    const day = 86_400_000;
    const found = quantile(sketchOfColumn('date', [10 * day, 20 * day + 1, 30 * day]), 0.5) ?? 0;
    expect(Math.abs(found - 20 * day)).toBeLessThan(day);
    expect(quantile(sketchOfColumn('number', [null]), 0.5)).toBeUndefined();
  });
});

describe('distinct values', () => {
  test('are counted while they are few', () => {
    const values = Array.from({ length: 1_024 }, (_, at) => at);
    expect(distinctCount(sketchOfColumn('int', [...values, ...values, null]))).toEqual({
      values: 1_024,
      isExact: true,
    });
    expect(distinctCount(sketchOfColumn('int', [...values, 1_024]))?.isExact).toBe(false);
    expect(distinctCount(sketchOfColumn('number', [1.5]))).toBeUndefined();
  });

  test('are estimated within 10 % (three standard errors) when they are many', () => {
    for (const many of [2_000, 20_000]) {
      const found = distinctCount(
        sketchOfColumn(
          'string',
          Array.from({ length: many }, (_, at) => `id-${at}`),
        ),
      );
      expect(Math.abs((found?.values ?? 0) / many - 1)).toBeLessThan(0.1);
    }
  });
});

describe('rows where a comparison holds', () => {
  const kinds = ['above', 'atLeast', 'below', 'atMost', 'equals', 'differsFrom'] as const;
  const holds: Readonly<Record<(typeof kinds)[number], (value: Raw, to: Raw) => boolean>> = {
    above: (value, to) => Number(value) > Number(to),
    atLeast: (value, to) => Number(value) >= Number(to),
    below: (value, to) => Number(value) < Number(to),
    atMost: (value, to) => Number(value) <= Number(to),
    equals: (value, to) => value === to,
    differsFrom: (value, to) => value !== to,
  };

  test.each(['int', 'number'] as const)('of %s are exact wherever they are said to be', (type) => {
    const value =
      type === 'int' ? fc.integer({ min: -600, max: 600 }) : fc.integer({ min: -2_000, max: 2_000 }).map((x) => x / 8);
    fc.assert(
      fc.property(fc.array(value, { maxLength: 40 }), value, fc.constantFrom(...kinds), (rows, to, is) => {
        const plan = { name: 'x', type, nullable: true, checks: [] };
        if (!countsExactly(plan, { is, to })) return;
        const counted = rowsWhere(sketchOfColumn(type, [...rows, null]), { is, to });
        expect(counted).toBe(rows.filter((row) => holds[is](row, to)).length);
      }),
      { numRuns: 500 },
    );
  });

  test('are told or not by the column and the value alone', () => {
    const exactly = (
      type: ColumnType,
      is: (typeof kinds)[number],
      to: number | string | boolean,
      values?: string[],
    ) => {
      const checks = values === undefined ? [] : [{ kind: 'oneOf', values } as const];
      return countsExactly({ name: 'x', type, nullable: false, checks }, { is, to });
    };
    expect([exactly('int', 'above', 15), exactly('int', 'above', 999), exactly('int', 'atLeast', 1_000)]).toEqual(
      Array(3).fill(true),
    );
    expect([exactly('int', 'above', 1_000), exactly('int', 'equals', 128), exactly('int', 'equals', 1.5)]).toEqual(
      Array(3).fill(false),
    );
    expect([
      exactly('number', 'atLeast', 1.5),
      exactly('number', 'above', 0),
      exactly('number', 'above', -1.5),
    ]).toEqual(Array(3).fill(true));
    expect([exactly('number', 'above', 1.5), exactly('number', 'atLeast', 0.1), exactly('date', 'above', 0)]).toEqual(
      Array(3).fill(false),
    );
    expect([exactly('boolean', 'equals', true), exactly('string', 'equals', 'a', ['a', 'b'])]).toEqual([true, true]);
    expect([exactly('string', 'equals', 'a'), exactly('string', 'equals', 'a', ['a', 'x'.repeat(101)])]).toEqual([
      false,
      false,
    ]);
  });

  test('have neighbours that are told exactly', () => {
    expect(nearestExact('int', 'above', 1_003)).toEqual([999, 1_007]);
    expect(nearestExact('int', 'below', 1_003)).toEqual([1_000, 1_008]);
    expect(nearestExact('number', 'atLeast', 0.1)).toEqual([0.099609375, 0.1005859375]);
    expect(nearestExact('number', 'above', 0.1)).toEqual([]);
  });

  test('of listed texts and booleans are counted, null among neither', () => {
    const column = sketchOfColumn('string', ['a', 'b', 'b', null]);
    expect([rowsWhere(column, { is: 'equals', to: 'b' }), rowsWhere(column, { is: 'differsFrom', to: 'b' })]).toEqual([
      2, 1,
    ]);
    expect(rowsWhere(column, { is: 'equals', to: 'c' })).toBe(0);
    expect(rowsWhere(sketchOfColumn('boolean', [true, true, false]), { is: 'equals', to: true })).toBe(2);
  });
});

test('md5 is that of everyone', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
      expect(md5(text)).toBe(createHash('md5').update(text).digest('hex'));
    }),
  );
  for (const length of [0, 55, 56, 63, 64, 119, 120]) {
    expect(md5('x'.repeat(length))).toBe(createHash('md5').update('x'.repeat(length)).digest('hex'));
  }
});
