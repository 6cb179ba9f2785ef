import { expect, test } from 'vitest';
import { bucketOf } from '../../core/sketches/buckets.ts';
import { columnSummary } from '../../core/sketches/columnSummary.ts';

const counts = [
  ['a', 2],
  ['b', 5],
  ['c', 5],
  ['d', 1],
] as const;

test('a column of texts has its most frequent values, those of one count by their names', () => {
  const values = { counts, isComplete: true, frequent: [] };
  expect(columnSummary({ type: 'string', rows: 15, nulls: 2, numbers: null, values })).toEqual({
    rows: 15,
    nulls: 2,
    distinct: { values: 4, isExact: true },
    top: [
      ['b', 5],
      ['c', 5],
      ['a', 2],
    ],
  });
});

test('of a sample of the values, those are told that are known to be frequent', () => {
  const values = { counts, isComplete: false, frequent: [['z', 9]] as const };
  expect(columnSummary({ type: 'string', rows: 99, nulls: 0, numbers: null, values }).top).toEqual([['z', 9]]);
});

test('a column of numbers has its ends, median and mean; one of nulls alone has none', () => {
  const buckets = [1, 2, 9].map((value) => [bucketOf(value), 1] as const);
  const numbers = { min: 1, max: 9, sum: '12', buckets };
  const full = columnSummary({ type: 'number', rows: 4, nulls: 1, numbers, values: null });
  expect(full).toMatchObject({ rows: 4, nulls: 1, min: 1, mean: 4, max: 9 });
  expect(Math.abs((full.median ?? 0) - 2)).toBeLessThan(0.02);
  expect(columnSummary({ type: 'number', rows: 4, nulls: 4, numbers: null, values: null })).toEqual({
    rows: 4,
    nulls: 4,
  });
});
