import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../core/random.ts';
import { bucketOf } from '../../../core/sketches/buckets.ts';
import { driftCells } from '../../../core/sketches/driftCells.ts';
import { jensenShannon } from '../../../core/sketches/jensenShannon.ts';
import { kolmogorovSmirnov } from '../../../core/sketches/kolmogorovSmirnov.ts';
import { mergedSketch } from '../../../core/sketches/mergedSketch.ts';
import { psi } from '../../../core/sketches/psi.ts';
import { type Raw, sketchOfColumn, sketchOfRows } from './sketchOfRows.ts';

const whole = fc.integer({ min: -127, max: 127 });
const wholes = fc.array(whole, { minLength: 1, maxLength: 60 });
const texts = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 60 });

/** Rows of each side per cell, counted row by row: `cellOf` names a row's cell. */
function counted(reference: readonly Raw[], current: readonly Raw[], cellOf: (value: Raw) => string | number) {
  const cells = [...new Set([...reference, ...current].map(cellOf))];
  const rows = (side: readonly Raw[]) => cells.map((cell) => side.filter((value) => cellOf(value) === cell).length);
  return { reference: rows(reference), current: rows(current) };
}

/** The cell of a number: how many tenths of the reference, by rank, end before it. */
function tenthOf(reference: readonly number[]): (value: Raw) => number {
  const sorted = reference.map(bucketOf).sort((a, b) => a - b);
  const ends = Array.from({ length: 9 }, (_, at) => sorted[Math.ceil(((at + 1) * sorted.length) / 10) - 1] ?? 0);
  const inside = ends.filter((end) => end !== sorted.at(-1));
  return (value) => new Set(inside.filter((end) => bucketOf(Number(value)) > end)).size;
}

const sorted = (pairs: { reference: number[]; current: number[] } | undefined) =>
  pairs?.reference.map((rows, at) => `${rows}/${pairs.current[at]}`).sort();

const kullback = (p: readonly number[], q: readonly number[]) =>
  p.reduce((sum, share, at) => sum + (share === 0 ? 0 : share * Math.log2(share / (q[at] ?? 0))), 0);

describe('cells', () => {
  test('of numbers are the tenths of the reference', () => {
    fc.assert(
      fc.property(wholes, wholes, (before, after) => {
        const cells = driftCells(sketchOfColumn('int', before), sketchOfColumn('int', after));
        const naive = counted(before, after, tenthOf(before));
        const filled = cells?.reference
          .map((rows, at) => `${rows}/${cells.current[at]}`)
          .filter((pair) => pair !== '0/0');
        expect(filled?.sort()).toEqual(sorted(naive));
      }),
    );
  });

  test('of texts are the values with 1 % of a side, all others, and null', () => {
    const before = [...Array(98).fill('a'), ...Array(99).fill('b'), 'rare', 'odd', null];
    const after = [...Array(50).fill('a'), ...Array(49).fill('new'), 'b'];
    const cells = driftCells(sketchOfColumn('string', before), sketchOfColumn('string', after));
    expect(cells).toEqual({ reference: [98, 99, 0, 2, 1], current: [50, 1, 49, 0, 0] });
  });

  test('of many values are those that are frequent in their parts', () => {
    const rows = (part: number) => [
      ...Array(200).fill('big'),
      ...Array.from({ length: 800 }, (_, at) => `${part} ${at}`),
    ];
    const merged = mergedSketch([0, 1, 2].map((part) => sketchOfRows('string', rows(part)))).columns.x;
    const column = merged ?? sketchOfColumn('string', []);
    expect(column.values?.isComplete).toBe(false);
    expect(driftCells(column, column)).toEqual({ reference: [600, 2_400], current: [600, 2_400] });
  });

  test('are none where there is nothing to compare', () => {
    const [text, number] = [sketchOfColumn('string', ['a']), sketchOfColumn('int', [1])];
    expect([driftCells(text, number), driftCells(number, sketchOfColumn('int', []))]).toEqual([undefined, undefined]);
    expect(psi(text, sketchOfColumn('string', []))).toBeUndefined();
    expect(jensenShannon(sketchOfColumn('number', []), sketchOfColumn('number', [1]))).toBeUndefined();
    expect(kolmogorovSmirnov(text, text)).toBeUndefined();
  });
});

describe('psi', () => {
  test.each([
    ['texts', texts, 'string'],
    ['numbers', wholes, 'int'],
  ] as const)('of %s is the sum over the cells counted row by row', (_, rows, type) => {
    fc.assert(
      fc.property(rows as fc.Arbitrary<Raw[]>, rows as fc.Arbitrary<Raw[]>, (before, after) => {
        const cellOf = type === 'int' ? tenthOf(before.map(Number)) : (value: Raw) => String(value);
        const naive = counted(before, after, cellOf);
        const share = (side: readonly number[]) =>
          side.map((n) => (n + 0.5) / side.reduce((sum, m) => sum + m + 0.5, 0));
        const [p, q] = [share(naive.reference), share(naive.current)];
        const expected = p.reduce((sum, one, at) => sum + (one - (q[at] ?? 0)) * Math.log(one / (q[at] ?? 0)), 0);
        expect(psi(sketchOfColumn(type, before), sketchOfColumn(type, after))).toBeCloseTo(expected, 9);
      }),
    );
  });

  test('of the same distribution is small, of a shifted one is not', () => {
    const random = seededRandom(1);
    const normal = (shift: number) =>
      sketchOfColumn(
        'number',
        Array.from({ length: 4_000 }, () => random.normal() + shift),
      );
    expect(psi(normal(0), normal(0))).toBeLessThan(0.02);
    // Of two normal distributions one deviation apart, Jeffreys' divergence is 1; tenths keep most of it.
    expect(psi(normal(0), normal(1))).toBeGreaterThan(0.7);
    expect(psi(normal(0), normal(1))).toBeLessThan(1.1);
  });
});

test('the Jensen-Shannon distance is that of the rows, 0 for the same and 1 for nothing shared', () => {
  fc.assert(
    fc.property(texts, texts, (before, after) => {
      const naive = counted(before, after, String);
      const share = (side: readonly number[]) => side.map((n) => n / side.reduce((sum, m) => sum + m, 0));
      const [p, q] = [share(naive.reference), share(naive.current)];
      const middle = p.map((one, at) => (one + (q[at] ?? 0)) / 2);
      const expected = Math.sqrt(Math.max(0, (kullback(p, middle) + kullback(q, middle)) / 2));
      const found = jensenShannon(sketchOfColumn('string', before), sketchOfColumn('string', after));
      expect(found).toBeCloseTo(expected, 6);
    }),
  );
  const [a, b] = [sketchOfColumn('string', ['a']), sketchOfColumn('string', ['b'])];
  expect([jensenShannon(a, a), jensenShannon(a, b)]).toEqual([0, 1]);
});

describe('the Kolmogorov-Smirnov distance', () => {
  const distance = (before: readonly number[], after: readonly number[]) => {
    const below = (rows: readonly number[], value: number) => rows.filter((row) => row <= value).length / rows.length;
    return Math.max(...[...before, ...after].map((value) => Math.abs(below(before, value) - below(after, value))));
  };

  test('is that of the rows for small whole numbers', () => {
    fc.assert(
      fc.property(wholes, wholes, (before, after) => {
        const found = kolmogorovSmirnov(sketchOfColumn('int', before), sketchOfColumn('int', after));
        expect(found).toBeCloseTo(distance(before, after), 12);
      }),
    );
  });

  test('is never above that of the rows, and near it, for others', () => {
    const random = seededRandom(2);
    const rows = (shift: number) => Array.from({ length: 1_000 }, () => random.normal() * 1_000 + shift);
    const [before, after] = [rows(0), rows(500)];
    const found = kolmogorovSmirnov(sketchOfColumn('number', before), sketchOfColumn('number', after)) ?? 0;
    expect(found).toBeLessThanOrEqual(distance(before, after));
    expect(found).toBeGreaterThan(distance(before, after) - 0.01);
  });
});
