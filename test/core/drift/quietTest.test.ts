import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alikeWindows } from '../../../core/drift/alikeWindows.ts';
import type { EarlierValue } from '../../../core/drift/carriedPast.ts';
import type { DriftTest } from '../../../core/drift/driftTest.ts';
import { commonLevel, judgeTogether } from '../../../core/drift/judgeTogether.ts';
import { quietTest } from '../../../core/drift/quietTest.ts';
import { seededRandom } from '../../../core/random.ts';

/** A test that says everything is drift, or with `pValue` 1 nothing. */
function testOf(value: number, pValue = 0): DriftTest {
  return { value, pValue, rows: 500, limitAt: (falseAlarms) => (pValue <= falseAlarms ? 0 : Number.POSITIVE_INFINITY) };
}

const valued = (values: readonly number[], rows = 500): EarlierValue[] => values.map((value) => ({ value, rows }));
const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 8, maxLength: 60 });
const shares = fc.double({ min: 1e-5, max: 0.4, noNaN: true });

describe('a test that is held to earlier windows', () => {
  test('is off where, and only where, its value has reached the limit', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 2, noNaN: true }), shares, (earlier, value, share) => {
        const held = quietTest(testOf(value), valued(earlier));
        fc.pre(Math.abs(held.pValue / share - 1) > 1e-6);
        expect(held.value >= held.limitAt(share)).toBe(held.pValue <= share);
      }),
    );
  });

  test('is off in as many windows as stated where they vary like the earlier ones, and far fewer than a sample says', () => {
    const random = seededRandom(8);
    // Four degrees of freedom of a window's own, of which sampling knows nothing.
    const draw = () => Array.from({ length: 4 }, () => random.normal() ** 2).reduce((sum, square) => sum + square, 0);
    const windows = 2_000;
    const off = { 0.05: 0, 0.01: 0 };
    for (let window = 0; window < windows; window += 1) {
      const { pValue } = quietTest(testOf(draw()), valued(Array.from({ length: 40 }, draw)));
      off[0.05] += Number(pValue <= 0.05);
      off[0.01] += Number(pValue <= 0.01);
    }
    expect(off[0.05] / windows).toBeLessThan(0.05 + 4 * 0.0049);
    expect(off[0.05] / windows).toBeGreaterThan(0.02);
    expect(off[0.01] / windows).toBeLessThan(0.01 + 4 * 0.0022);
    expect(off[0.01] / windows).toBeGreaterThan(0.002);
  });

  test('is never off more easily than the test by itself, nor by windows that were all the same', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (earlier, pValue) => {
        expect(quietTest(testOf(5, pValue), valued(earlier)).pValue).toBeGreaterThanOrEqual(pValue);
      }),
    );
    expect(quietTest(testOf(0, 0.4), valued(Array(20).fill(0))).pValue).toBe(1);
    expect(quietTest(testOf(0.001, 0.4), valued(Array(20).fill(0))).pValue).toBe(0.4);
  });

  test('says that it is held to sampling alone where the windows are too few', () => {
    const held = quietTest(testOf(0.3, 0.02), valued(Array(7).fill(0.1)));
    expect(held).toMatchObject({ heldTo: 'sampling', windows: 7, pValue: 0.02 });
    expect(held.limitWithin(0.01)).toBeNull();
  });

  test('tells how far its limit may be from that of endless windows', () => {
    const random = seededRandom(9);
    const draw = () => (1 + 0.1 * random.normal()) ** 3;
    const truth = (1 + 0.1 * 2.326_348) ** 3;
    const hits = Array.from({ length: 600 }, () => {
      const within = quietTest(testOf(1), valued(Array.from({ length: 25 }, draw))).limitWithin(0.01);
      return Number(within !== null && within.low <= truth && truth <= within.high);
    });
    const share = hits.reduce((sum, hit) => sum + hit, 0) / hits.length;
    expect(share).toBeGreaterThan(0.91);
    expect(share).toBeLessThan(0.99);
  });
});

test('windows alike begin at the same time of day, on days of the same type, the newest first', () => {
  const monday = Date.UTC(2001, 2, 12, 17);
  expect(alikeWindows(monday, Date.UTC(2001, 2, 6, 17), 9).map((at) => new Date(at).toISOString())).toEqual([
    '2001-03-09T17:00:00.000Z',
    '2001-03-08T17:00:00.000Z',
    '2001-03-07T17:00:00.000Z',
    '2001-03-06T17:00:00.000Z',
  ]);
  const saturday = Date.UTC(2001, 2, 17, 3, 30);
  expect(alikeWindows(saturday, 0, 2).map((at) => new Date(at).getUTCDate())).toEqual([11, 10]);
});

describe('tests judged together', () => {
  const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 });

  test('are off as the steps of Benjamini and Hochberg say', () => {
    fc.assert(
      fc.property(pValues, shares, (drawn, share) => {
        const sorted = [...drawn].sort((a, b) => a - b);
        const last = sorted.reduce(
          (found, pValue, at) => (pValue <= (share * (at + 1)) / drawn.length ? at : found),
          -1,
        );
        const judged = judgeTogether([undefined, ...drawn.map((pValue) => testOf(1, pValue))], share);
        expect(judged[0]).toBeUndefined();
        expect(judged.slice(1).map((each) => each?.isOff)).toEqual(
          drawn.map((pValue) => pValue <= (sorted[last] ?? -1)),
        );
      }),
    );
  });

  test('find some that are off where nothing has changed in as many looks as stated', () => {
    const random = seededRandom(10);
    const looks = 5_000;
    const off = Array.from({ length: looks }, () => {
      const drawn = Array.from({ length: 20 }, () => random.next());
      const level = commonLevel(drawn, 0.05);
      return Number(drawn.some((pValue) => pValue <= level));
    });
    const share = off.reduce((sum, each) => sum + each, 0) / looks;
    expect(Math.abs(share - 0.05)).toBeLessThan(4 * Math.sqrt((0.05 * 0.95) / looks));
  });
});
