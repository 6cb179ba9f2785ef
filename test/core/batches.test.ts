import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchesOf } from '../../core/batches.ts';

const weight = (item: number): number => item;

test.each([
  [[], []],
  [[3, 4, 3], [[3, 4, 3]]],
  [
    [3, 4, 4],
    [[3, 4], [4]],
  ],
  [
    [11, 1, 1],
    [[11], [1, 1]],
  ],
  [
    [1, 25, 1],
    [[1], [25], [1]],
  ],
])('%j are, at a weight of 10, %j', (items, expected) => {
  expect(batchesOf(items, weight, { weight: 10, count: 1_000 })).toEqual(expected);
});

test('batches hold all items in their order, none is empty, and only an item alone is heavier than the bound', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30)), fc.integer({ min: 1, max: 50 }), (items, bound) => {
      const batches = batchesOf(items, weight, { weight: bound, count: 1_000_000 });
      expect(batches.flat()).toEqual(items);
      for (const batch of batches) {
        expect(batch.length).toBeGreaterThan(0);
        if (batch.length > 1) expect(batch.reduce((sum, item) => sum + item, 0)).toBeLessThanOrEqual(bound);
      }
    }),
  );
});

test('there are never more batches than may be, but for the last', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30)), fc.integer({ min: 1, max: 9 }), (items, count) => {
      expect(batchesOf(items, weight, { weight: 1, count }).length).toBeLessThanOrEqual(count + 1);
    }),
  );
});
