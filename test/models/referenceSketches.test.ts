import { expect, test } from 'vitest';
import type { Encoders } from '../../core/matrix.ts';
import { referenceSketches } from '../../models/referenceSketches.ts';

const vocabulary = Array.from({ length: 150 }, (_, at) => `v${at}`);
const encoders: Encoders = {
  columns: { numeric: ['a', 'b'], categories: ['c', 'd'] },
  scaling: [],
  vocabularies: [['x', 'y'], vocabulary],
};

test('tells how features and scores are spread: quantiles, missing values, the most frequent values', () => {
  const rows = 1_001;
  const pairs = <T>(one: (row: number) => T, two: (row: number) => T): T[] =>
    Array.from({ length: rows }, (_, row) => [one(row), two(row)]).flat();
  const matrix = {
    rows,
    numeric: Float32Array.from(
      pairs(
        (row) => 1_000 - row,
        (row) => (row % 2 === 0 ? Number.NaN : 7),
      ),
    ),
    categories: Int32Array.from(
      pairs(
        (row) => (row === 0 ? 0 : row < 11 ? 1 : 2),
        (row) => (row % 150) + 1,
      ),
    ),
  };
  const scores = Float32Array.from({ length: rows }, (_, row) => row / 1_024);
  const sketches = referenceSketches(encoders, matrix, scores);
  expect(sketches.numbers.a?.quantiles.filter((_, at) => at % 8 === 0)).toEqual([0, 250, 500, 750, 1_000]);
  expect(sketches.numbers.a?.missing).toBe(0);
  expect(sketches.numbers.b).toEqual({ missing: 501, quantiles: Array(33).fill(7) });
  expect(sketches.categories.c).toEqual({
    values: [
      ['y', 990],
      ['x', 10],
    ],
    unknown: 1,
    others: 0,
  });
  const { values, others } = sketches.categories.d ?? { values: [], others: 0 };
  // Of 1,001 rows 101 values have 7 each, the others 6.
  expect([values.length, values[0], others]).toEqual([100, ['v0', 7], 301]);
  expect(sketches.score.quantiles.at(-1)).toBe(1_000 / 1_024);
});

test('of no rows has no quantiles', () => {
  const none = { rows: 0, numeric: new Float32Array(), categories: new Int32Array() };
  expect(referenceSketches(encoders, none, new Float32Array())).toMatchObject({
    numbers: { a: { missing: 0, quantiles: [] } },
    categories: { c: { values: [], unknown: 0, others: 0 } },
  });
});
