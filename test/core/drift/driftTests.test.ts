import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bridgeWithin } from '../../../core/drift/bridgeWithin.ts';
import { categoryCells } from '../../../core/drift/categoryCells.ts';
import type { CellLaw } from '../../../core/drift/cellLaw.ts';
import { cellMoments } from '../../../core/drift/cellMoments.ts';
import { cellTest } from '../../../core/drift/cellTest.ts';
import { columnDistanceTest } from '../../../core/drift/columnDistanceTest.ts';
import { cumulativeTest } from '../../../core/drift/cumulativeTest.ts';
import { gammaQuantile, gammaTail } from '../../../core/drift/gammaTail.ts';
import { hypergeometricTail } from '../../../core/drift/hypergeometricTail.ts';
import { nearestWalk } from '../../../core/drift/nearestWalk.ts';
import { numberPlaces } from '../../../core/drift/numberPlaces.ts';
import { numberTest } from '../../../core/drift/numberTest.ts';
import { pathsWithin } from '../../../core/drift/pathsWithin.ts';
import { shareTest } from '../../../core/drift/shareTest.ts';
import { seededRandom } from '../../../core/random.ts';
import { jensenShannon } from '../../../core/sketches/jensenShannon.ts';
import { kolmogorovSmirnov } from '../../../core/sketches/kolmogorovSmirnov.ts';
import { psi } from '../../../core/sketches/psi.ts';
import { sketchOfColumn } from '../sketches/sketchOfRows.ts';

const measures = ['population stability index', 'Jensen-Shannon distance', 'chi-square'] as const;
const cells = fc.array(fc.tuple(fc.nat(60), fc.nat(40)), { minLength: 2, maxLength: 12 });

/** All ways to deal `rows` rows out to a window, or to draw a window among ranked ones, each as likely. */
function everyWindow(sizes: readonly number[], law: CellLaw): { counts: number[]; share: number }[] {
  const ways = (size: number, rows: number): number =>
    law.kind === 'counted' ? choose(size, rows) : choose(size + rows - 1, rows);
  const walk = (at: number, left: number): { counts: number[]; share: number }[] => {
    const size = sizes[at] ?? 0;
    if (at === sizes.length - 1) return [{ counts: [left], share: ways(size, left) }];
    return Array.from({ length: left + 1 }, (_, rows) => rows).flatMap((rows) =>
      walk(at + 1, left - rows).map(({ counts, share }) => ({
        counts: [rows, ...counts],
        share: share * ways(size, rows),
      })),
    );
  };
  return walk(0, law.rows).map(({ counts, share }) => ({ counts, share: share / ways(law.size, law.rows) }));
}

function choose(all: number, some: number): number {
  if (some > all || all < 0) return 0;
  return Array.from({ length: some }, (_, at) => (all - at) / (at + 1)).reduce((product, each) => product * each, 1);
}

const laws = fc
  .record({
    kind: fc.constantFrom('counted' as const, 'ranked' as const),
    sizes: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 4 }),
    rows: fc.integer({ min: 1, max: 7 }),
  })
  .map(({ kind, sizes, rows }) => {
    const size = sizes.reduce((sum, each) => sum + each, 0);
    return { sizes, law: { kind, size, rows: kind === 'counted' ? Math.min(rows, size - 1) : rows } };
  });

describe('laws of cells', () => {
  test('paths that stay near are as likely as all ways to draw a window say', () => {
    fc.assert(
      fc.property(laws, fc.double({ min: 0.05, max: 6, noNaN: true }), ({ sizes, law }, reach) => {
        const isNear = (counts: readonly number[]): boolean => {
          let [sized, rows] = [0, 0];
          return sizes.slice(0, -1).every((size, at) => {
            sized += size;
            rows += counts[at] ?? 0;
            return Math.abs(rows - (law.rows * sized) / law.size) < reach - 1e-9;
          });
        };
        const near = everyWindow(sizes, law).filter(({ counts }) => isNear(counts));
        expect(pathsWithin(law, sizes, reach)).toBeCloseTo(
          near.reduce((sum, { share }) => sum + share, 0),
          9,
        );
      }),
    );
  });

  test('mean and variance of a sum over cells are those of all windows', () => {
    // A polynomial of degree four at most, so that nothing is left out.
    const partOf = (rows: number, size: number): number => (rows - 1.3) ** 3 / size + 0.2 * rows ** 4 - rows;
    fc.assert(
      fc.property(laws, ({ sizes, law }) => {
        const drawn = everyWindow(sizes, law).map(({ counts, share }) => {
          return { share, sum: counts.reduce((all, rows, at) => all + partOf(rows, sizes[at] ?? 0), 0) };
        });
        const mean = drawn.reduce((all, { share, sum }) => all + share * sum, 0);
        const variance = drawn.reduce((all, { share, sum }) => all + share * (sum - mean) ** 2, 0);
        const found = cellMoments(law, sizes, partOf);
        expect(found.mean / (Math.abs(mean) + 1)).toBeCloseTo(mean / (Math.abs(mean) + 1), 6);
        expect(found.variance / (variance + 1)).toBeCloseTo(variance / (variance + 1), 5);
      }),
    );
  });

  test('a Brownian bridge is what paths of many rows become, and Kolmogorov’s limit where it is looked at often', () => {
    const times = Array.from({ length: 7 }, (_, at) => (at + 1) / 8);
    const law = { kind: 'ranked', size: 100_000, rows: 2_000 } as const;
    const paths = pathsWithin(law, Array(8).fill(12_500), 1.1 * Math.sqrt(2_000 * 1.02));
    expect(bridgeWithin(times, 1.1)).toBeCloseTo(paths, 2);
    // 31 looks see as much as a line that lies 0.5826 steps farther off would be seen at all times (Siegmund 1985).
    const reach = 1.5 + 0.5826 / Math.sqrt(32);
    const kolmogorov = 1 - 2 * Math.exp(-2 * reach ** 2) + 2 * Math.exp(-8 * reach ** 2);
    const often = Array.from({ length: 31 }, (_, at) => (at + 1) / 32);
    expect(bridgeWithin(often, 1.5)).toBeCloseTo(kolmogorov, 3);
    expect(bridgeWithin([0.5], 0.98)).toBeCloseTo(0.95, 3);
    // One more look just before the end sees nothing more.
    for (const last of [0.99, 0.999, 0.999_99]) {
      for (const far of [1.2, 2, 4])
        expect(bridgeWithin([...often, last], far)).toBeCloseTo(bridgeWithin(often, far), 5);
    }
  });

  test('the tail of gamma is the known one of chi-square, and its quantile comes back', () => {
    expect(gammaTail(0.5, 3.841_459 / 2)).toBeCloseTo(0.05, 6);
    expect(gammaTail(5, 23.209_251 / 2)).toBeCloseTo(0.01, 7);
    expect(gammaTail(50, 149.449_253 / 2)).toBeCloseTo(0.001, 6);
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 200, noNaN: true }),
        fc.double({ min: 1e-9, max: 0.999, noNaN: true }),
        (shape, tail) => {
          expect(gammaTail(shape, gammaQuantile(shape, tail)) / tail).toBeCloseTo(1, 5);
        },
      ),
    );
  });

  test('the tail of dealt out rows is the sum over all deals', () => {
    fc.assert(
      fc.property(fc.nat(30), fc.nat(30), fc.nat(30), fc.nat(30), (a, b, c, d) => {
        const [rest, window] = [
          { rows: a + b, ofKind: a },
          { rows: c + d, ofKind: c },
        ];
        const deals = Array.from(
          { length: Math.min(a, d) + 1 },
          (_, more) => choose(a + c, c + more) * choose(b + d, d - more),
        );
        const naive = deals.reduce((sum, each) => sum + each, 0) / choose(a + b + c + d, c + d);
        expect(hypergeometricTail(rest, window)).toBeCloseTo(naive, 9);
      }),
    );
  });
});

describe('a test', () => {
  test('is off at a share of false alarms where, and only where, its value has reached the limit for it', () => {
    const shares = fc.double({ min: 1e-6, max: 0.5, noNaN: true });
    fc.assert(
      fc.property(cells, shares, fc.constantFrom(...measures), (counts, share, measure) => {
        const [reference, window] = [counts.map(([rows]) => rows), counts.map(([, rows]) => rows)];
        const found = cellTest({ law: 'counted', reference, window }, measure);
        fc.pre(found !== undefined && Math.abs(found.pValue / share - 1) > 1e-6);
        expect(found.value >= found.limitAt(share)).toBe(found.pValue <= share);
      }),
    );
    fc.assert(
      fc.property(fc.nat(300), fc.nat(200), shares, (before, after, share) => {
        const found = shareTest({ rows: 300, ofKind: before }, { rows: 200, ofKind: after });
        expect((found?.value ?? 0) >= (found?.limitAt(share) ?? 0)).toBe((found?.pValue ?? 1) <= share);
      }),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000 }),
        fc.double({ min: 0, max: 2, noNaN: true }),
        shares,
        (seed, shift, share) => {
          const { reference, places } = numbers(seed, 200, 60, shift);
          const found = numberTest(reference, places);
          fc.pre(found !== undefined && Math.abs(found.pValue / share - 1) > 1e-6);
          expect(found.value >= found.limitAt(share)).toBe(found.pValue <= share);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('of a distance has the limit that halving finds, to a thousandth, and never a smaller one', () => {
    const drawn = fc.record({
      kind: fc.constantFrom('counted' as const, 'ranked' as const),
      sizes: fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 2, maxLength: 33 }),
      part: fc.double({ min: 0.05, max: 0.8, noNaN: true }),
      value: fc.double({ min: 0, max: 0.5, noNaN: true }),
      share: fc.double({ min: 1e-5, max: 0.2, noNaN: true }),
    });
    fc.assert(
      fc.property(drawn, ({ kind, sizes, part, value, share }) => {
        const size = sizes.reduce((sum, each) => sum + each, 0);
        const law = { kind, size, rows: Math.max(1, Math.floor(part * size)) };
        const found = cumulativeTest(value, law, sizes);
        const halved = halvedLimit((distance) => cumulativeTest(distance, law, sizes).pValue, share);
        if (halved === undefined) return expect(found.limitAt(share)).toBe(Number.POSITIVE_INFINITY);
        expect(found.limitAt(share)).toBeGreaterThan(halved * (1 - 1e-8));
        expect(found.limitAt(share)).toBeLessThan(halved * 1.001_001);
        expect(value >= found.limitAt(share)).toBe(found.pValue <= share);
      }),
      { numRuns: 25 },
    );
  });

  test('of too few rows on either side, or of one cell, has too little to say', () => {
    const few = { law: 'counted', reference: [20, 9], window: [500, 500] } as const;
    expect(cellTest(few, 'chi-square')).toBeUndefined();
    expect(cellTest({ ...few, reference: [1_000], window: [1_000] }, 'chi-square')).toBeUndefined();
    expect(shareTest({ rows: 1_000, ofKind: 1 }, { rows: 29, ofKind: 29 })).toBeUndefined();
    const { reference, places } = numbers(1, 500, 29, 5);
    expect(numberTest(reference, places)).toBeUndefined();
    expect(numberTest(reference, places, 10)?.pValue).toBeLessThan(1e-6);
    const same = sketchOfColumn('int', Array(100).fill(7));
    expect(columnDistanceTest(same, same)).toBeUndefined();
  });

  test('measures what the sketches measure', () => {
    const random = seededRandom(2);
    const values = (chances: number) => Array.from({ length: 400 }, () => String(random.below(chances)));
    const [before, after] = [sketchOfColumn('string', values(5)), sketchOfColumn('string', values(6))];
    const both = new Map(before.values?.counts);
    const counts = [...(after.values?.counts ?? [])].map(([value, rows]) => [both.get(value) ?? 0, rows] as const);
    const compared = {
      law: 'counted',
      reference: counts.map(([rows]) => rows),
      window: counts.map(([, rows]) => rows),
    } as const;
    expect(cellTest(compared, 'population stability index')?.value).toBeCloseTo(psi(before, after) ?? 0, 12);
    expect(cellTest(compared, 'Jensen-Shannon distance')?.value).toBeCloseTo(jensenShannon(before, after) ?? 0, 12);
    const whole = (shift: number) =>
      sketchOfColumn(
        'int',
        Array.from({ length: 300 }, () => shift + random.below(20)),
      );
    const [low, high] = [whole(0), whole(3)];
    expect(columnDistanceTest(low, high)?.value).toBeCloseTo(kolmogorovSmirnov(low, high) ?? 0, 12);
  });

  test('of tied numbers takes the way to order them that is nearest to the reference', () => {
    // Half of the rows are 0 on both sides: no order is asked for within them.
    const tied = Float32Array.from({ length: 400 }, (_, at) => Math.max(0, at - 199));
    const { sketch, rows } = sketched(tied);
    const found = numberTest({ rows, sketch }, numberPlaces(sketch, tied.slice()));
    expect(found?.value).toBeLessThan(0.01);
    expect(found?.pValue).toBeGreaterThan(0.99);
    const other = numberTest(
      { rows, sketch },
      numberPlaces(
        sketch,
        Float32Array.from({ length: 400 }, () => 0),
      ),
    );
    expect(other?.value).toBeCloseTo(0.5, 1);
  });

  test('of a category does not take for drift that the reference named what it had most of', () => {
    const random = seededRandom(4);
    const draw = () => Math.floor(3_000 * random.next());
    const sorted = [...Map.groupBy(Array.from({ length: 2_000 }, draw), (value) => value)].sort(
      ([, a], [, b]) => b.length - a.length,
    );
    const values = sorted.slice(0, 100).map(([value, rows]) => [String(value), rows.length] as const);
    const told = values.reduce((sum, [, rows]) => sum + rows, 0);
    const window = new Map(
      [...Map.groupBy(Array.from({ length: 2_000 }, draw), String)].map(([value, rows]) => [value, rows.length]),
    );
    const found = categoryCells(
      { values, unknown: 10, others: 1_990 - told },
      { values: window, unknown: 10, rows: 2_000 },
    );
    expect(found).toEqual({ law: 'counted', reference: [10, 1_990], window: [10, 1_990] });
  });
});

test('the nearest walk goes through all gates, and no walk is shorter', () => {
  const gates = fc.array(fc.record({ step: fc.integer({ min: 1, max: 5 }), low: fc.nat(20), more: fc.nat(12) }), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(gates, fc.integer({ min: 0, max: 500 }), (drawn, seed) => {
      const placed = drawn.map(({ low, more }, gate) => {
        const at = drawn.slice(0, gate + 1).reduce((sum, { step }) => sum + step, 0);
        return { at, low, high: low + more };
      });
      const end = { at: (placed.at(-1)?.at ?? 0) + 3, height: 25 };
      const heights = nearestWalk(placed, end);
      const random = seededRandom(seed);
      const other = [...placed.map(({ low, high }) => low + random.next() * (high - low)), end.height];
      placed.forEach(({ low, high }, gate) => {
        expect(heights[gate]).toBeGreaterThanOrEqual(low - 1e-9);
        expect(heights[gate]).toBeLessThanOrEqual(high + 1e-9);
      });
      const points = [...placed.map((gate) => gate.at), end.at];
      const length = (way: readonly number[]): number =>
        way.reduce(
          (sum, height, gate) =>
            sum + Math.hypot(height - (way[gate - 1] ?? 0), (points[gate] ?? 0) - (points[gate - 1] ?? 0)),
          0,
        );
      expect(length(heights)).toBeLessThanOrEqual(length(other) + 1e-9);
    }),
  );
});

function halvedLimit(pValueOf: (distance: number) => number, share: number): number | undefined {
  let [common, rare] = [0, 1];
  if (pValueOf(rare) > share) return undefined;
  for (let halving = 0; halving < 30; halving += 1) {
    const middle = (common + rare) / 2;
    if (pValueOf(middle) <= share) rare = middle;
    else common = middle;
  }
  return rare;
}

/** A reference's sketch and the places of a window that is shifted by some standard deviations. */
function numbers(seed: number, referenceRows: number, rows: number, shift: number) {
  const random = seededRandom(seed);
  const { sketch } = sketched(new Float32Array(referenceRows).map(() => random.normal()));
  const places = numberPlaces(
    sketch,
    new Float32Array(rows).map(() => random.normal() + shift),
  );
  return { reference: { rows: referenceRows, sketch }, places };
}

function sketched(values: Float32Array) {
  const sorted = values.toSorted();
  const quantiles = Array.from(
    { length: 33 },
    (_, at) => sorted[Math.max(0, Math.ceil((at / 32) * sorted.length) - 1)] ?? 0,
  );
  return { rows: values.length, sketch: { missing: 0, quantiles } };
}
