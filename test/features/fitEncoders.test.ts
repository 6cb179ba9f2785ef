import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FeaturePlan } from '../../core/featurePlan.ts';
import type { Encoders } from '../../core/matrix.ts';
import { bucketCuts, bucketIndex } from '../../features/bucketCuts.ts';
import { categoryColumns, fillCategory } from '../../features/codedColumns.ts';
import { fitEncoders } from '../../features/fitEncoders.ts';
import type { PartSketches } from '../../features/matrixPart.ts';
import { emptySpread, mergedSpread, quantilesOf, spreadSketch } from '../../features/spreadSketch.ts';
import { flightPlan } from './flights.ts';

const numbers = fc.array(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()), { minLength: 1 });

describe('a vocabulary', () => {
  const counts = [
    { b: 3, a: 5, z: 1 },
    { c: 2, z: 1, '': 9 },
  ];

  test.each([
    [{}, ['', 'a', 'b', 'c', 'z']],
    [{ atLeast: 2 }, ['', 'a', 'b', 'c', 'z']],
    [{ atLeast: 3 }, ['', 'a', 'b']],
    [{ atMost: 2 }, ['', 'a']],
    [{ atMost: 4 }, ['', 'a', 'b', 'c']],
    [{ atLeast: 6, atMost: 3 }, ['']],
    [{ atLeast: 10 }, []],
  ])('with %j holds the values with rows enough, those with the most', (options, expected) => {
    expect(vocabularyOf(options, counts)).toEqual(expected);
  });

  test('of many values holds 10,000, and all others share the place of those never seen', () => {
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`c${at}`, at < 20_000 ? 1 : 2]));
    const vocabulary = vocabularyOf({}, [many]);
    expect(vocabulary).toHaveLength(10_000);
    expect(vocabulary).not.toContain('c7');
    expect(vocabulary).toEqual(vocabulary.toSorted());
    const encoders = { columns: { numeric: [], categories: ['origin'] }, scaling: [], vocabularies: [vocabulary] };
    expect(codesOf(encoders, ['c7', 'never', vocabulary[41] ?? ''])).toEqual([0, 0, 42]);
  });
});

describe('a sketch of numbers', () => {
  test('is the same however its rows are grouped, and in whatever order', () => {
    fc.assert(
      fc.property(numbers, fc.nat(), (values, cut) => {
        const at = cut % (values.length + 1);
        const halves = [spreadSketch(values.slice(at)), emptySpread, spreadSketch(values.slice(0, at))];
        expect(mergedSpread(halves)).toEqual(spreadSketch(values));
      }),
    );
  });

  test('knows quantiles within 0.8 % of the value, its ends exactly, and leaves out what is missing', () => {
    fc.assert(
      fc.property(numbers, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
        const sorted = values.toSorted((a, b) => a - b);
        const [first, found = Number.NaN, last] = quantilesOf(spreadSketch([...values, Number.NaN]), [0, share, 1]);
        const rank = Math.max(1, Math.ceil(share * sorted.length));
        const exact = sorted[rank - 1] ?? Number.NaN;
        // One zero is as good as the other.
        expect([first, last].map((end) => (end ?? 0) + 0)).toEqual(
          [sorted[0], sorted.at(-1)].map((end) => (end ?? 0) + 0),
        );
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(0.008 * Math.abs(exact) + 1e-300);
      }),
    );
  });
});

describe('buckets', () => {
  test('hold about as many rows each, however the values lie', () => {
    const values = Array.from({ length: 10_000 }, (_, at) => Math.exp(at / 700));
    const cuts = bucketCuts({ kind: 'bucket', name: 'b', column: 'x', quantiles: 8 }, spreadSketch(values));
    const rows = Map.groupBy(values, (value) => bucketIndex(cuts, value));
    expect([...rows.keys()]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    for (const held of rows.values()) expect(Math.abs(held.length - 1_250)).toBeLessThan(25);
  });

  test('of a value that most rows have are fewer, and none lies below the smallest', () => {
    const zeros = spreadSketch([...Array(90).fill(0), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(bucketCuts({ kind: 'bucket', name: 'b', column: 'x', quantiles: 20 }, zeros)).toEqual([5]);
    expect(bucketCuts({ kind: 'bucket', name: 'b', column: 'x', quantiles: 4 }, spreadSketch([3, 3]))).toEqual([3]);
    expect(bucketCuts({ kind: 'bucket', name: 'b', column: 'x', quantiles: 4 }, emptySpread)).toEqual([0]);
  });

  test('count the cuts at or below a value', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.double({ noNaN: true }), { minLength: 1 }), fc.double(), (some, value) => {
        const cuts = some.map((cut) => cut + 0).toSorted((a, b) => a - b);
        const expected = Number.isNaN(value) ? 0 : 1 + cuts.filter((cut) => cut <= value).length;
        expect(bucketIndex(cuts, value)).toBe(expected);
      }),
    );
  });
});

function vocabularyOf(options: object, parts: readonly Readonly<Record<string, number>>[]): readonly string[] {
  const feature: FeaturePlan = { kind: 'category', name: 'origin', column: 'origin', ...options };
  const sketches = parts.map(
    (counts): PartSketches => ({
      numeric: [],
      categories: [Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1))],
    }),
  );
  return fitEncoders(flightPlan([feature]), sketches).vocabularies[0] ?? [];
}

function codesOf(encoders: Encoders, values: readonly string[]): number[] {
  const [column] = categoryColumns(encoders, values.length);
  const codes = Int32Array.from(values, (_, at) => at);
  if (column === undefined) return [];
  fillCategory(column, { categories: [{ name: 'origin', values, codes }], numbers: [] }, codes, 0);
  return [...column.into];
}
