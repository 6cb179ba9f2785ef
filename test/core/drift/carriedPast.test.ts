import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { carriedPast, type EarlierValue } from '../../../core/drift/carriedPast.ts';
import { cellTest } from '../../../core/drift/cellTest.ts';
import type { ByRows, DriftTest } from '../../../core/drift/driftTest.ts';
import { quietTest } from '../../../core/drift/quietTest.ts';
import { shareTest } from '../../../core/drift/shareTest.ts';
import { type Random, seededRandom } from '../../../core/random.ts';

const distances: ByRows[] = ([1, 2] as const).map((power) => ({
  ...{ kind: 'distance', most: 1, power, noiseSpread: 0.5 },
  noiseOf: (rows) => 0.8 / rows,
}));
const kinds = fc.constantFrom<ByRows>({ kind: 'share', most: 1 }, ...distances);
const rows = fc.integer({ min: 30, max: 5_000 });
const values = fc.double({ min: 0, max: 1, noNaN: true });
const windows = fc.array(fc.record({ value: values, rows }), { minLength: 8, maxLength: 30 });
const shares = fc.double({ min: 1e-5, max: 0.4, noNaN: true });

/** A test that says everything is drift. */
function testOf(value: number, rowsNow: number, byRows: ByRows): DriftTest {
  return { value, pValue: 0, rows: rowsNow, limitAt: () => 0, byRows };
}

describe('values of earlier windows, carried over to other rows', () => {
  test('stay as they are where windows had as many rows', () => {
    fc.assert(
      fc.property(kinds, windows, rows, (byRows, earlier, rowsNow) => {
        const same = earlier.map(({ value }) => ({ value, rows: rowsNow }));
        const { values: carried, hidden } = carriedPast(same, rowsNow, byRows);
        expect(carried).toEqual(same.map(({ value }) => value));
        expect([hidden.tail(0), hidden.limitAt(0.01)]).toEqual([0, 0]);
      }),
    );
  });

  test('give limits within what a value can be, and off is what reaches them', () => {
    fc.assert(
      fc.property(kinds, windows, rows, values, shares, (byRows, earlier, rowsNow, value, share) => {
        const held = quietTest(testOf(value, rowsNow, byRows), earlier);
        const limit = held.limitAt(share);
        expect(limit <= 1 || limit === Number.POSITIVE_INFINITY).toBe(true);
        fc.pre(Math.abs(held.pValue / share - 1) > 1e-6);
        expect(value >= limit).toBe(held.pValue <= share);
      }),
    );
  });

  test('come down with chance where there is nothing else, and stay where chance is little', () => {
    const byRows: ByRows = { kind: 'distance', most: 9, power: 1, noiseSpread: 0, noiseOf: (many) => 7 / many };
    const chance = Array.from({ length: 20 }, () => ({ value: 0.07, rows: 100 }));
    expect(carriedPast(chance, 10_000, byRows).values[0]).toBeCloseTo(0.0007, 10);
    const own = chance.map((each, at) => ({ ...each, value: 4 + (at % 2) }));
    expect(carriedPast(own, 10_000, byRows).values[0]).toBeCloseTo(4, 0);
  });
});

const tests = ['population stability index', 'Jensen-Shannon distance', 'share'] as const;

describe('a look of 3,000 rows beside eight quiet windows of 33', () => {
  test('is off where half of its rows moved, which it would not be if their chance were taken for theirs', () => {
    const off = offShares(20, [0, 0.5], 0.005);
    const unequal = offShares(20, [0, 0.5], 0.005, (test) => ({ ...test, byRows: undefined }));
    for (const name of tests) expect([name, off[name] > 0.7, unequal[name] < 0.4]).toEqual([name, true, true]);
  });

  test('is off in no more looks than stated where nothing moved, or windows move by chance as the look does', () => {
    for (const own of [0, 0.1]) {
      for (const share of Object.values(offShares(200, [own, 0], 0.05))) expect(share).toBeLessThan(0.05 + 4 * 0.0154);
    }
  });
});

/** Share of looks that are off; windows and looks move by a normal part of `own`, and looks by `moved` as well. */
function offShares(
  looks: number,
  [own, moved]: readonly [own: number, moved: number],
  falseAlarms: number,
  asHeld = (test: DriftTest): DriftTest => test,
): Record<(typeof tests)[number], number> {
  const random = seededRandom(21);
  const off = { 'population stability index': 0, 'Jensen-Shannon distance': 0, share: 0 };
  for (let look = 0; look < looks; look += 1) {
    const reference = counted(random, 700, 0);
    const draw = (many: number, by: number) => testsOf(reference, counted(random, many, by + own * random.normal()));
    const past = Array.from({ length: 8 }, () => draw(33, 0));
    const now = draw(3_000, moved);
    for (const name of tests) {
      const earlier = past.flatMap((each): EarlierValue | [] => each[name] ?? []);
      const test = now[name];
      if (test !== undefined) off[name] += Number(quietTest(asHeld(test), earlier).pValue <= falseAlarms) / looks;
    }
  }
  return off;
}

/** Rows in eight cells; a part `by` of them in the last two alone (where it is less than 0, in the first two). */
function counted(random: Random, many: number, by: number): number[] {
  const cells = Array<number>(8).fill(0);
  for (let row = 0; row < many; row += 1) {
    const isMoved = random.next() < Math.abs(by);
    const at = Math.floor(random.next() * (isMoved ? 2 : 8)) + (isMoved && by > 0 ? 6 : 0);
    cells[at] = (cells[at] ?? 0) + 1;
  }
  return cells;
}

function testsOf(reference: number[], window: number[]): Record<(typeof tests)[number], DriftTest | undefined> {
  const cells = { law: 'counted', reference, window } as const;
  const ofLast = (counts: number[]) => ({ rows: counts.reduce((sum, each) => sum + each, 0), ofKind: counts[7] ?? 0 });
  return {
    'population stability index': cellTest(cells, 'population stability index'),
    'Jensen-Shannon distance': cellTest(cells, 'Jensen-Shannon distance'),
    share: shareTest(ofLast(reference), ofLast(window)),
  };
}
