import { bridgeWithin } from './bridgeWithin.ts';
import type { CellLaw } from './cellLaw.ts';
import type { ByRows, DriftTest } from './driftTest.ts';
import { pathsWithin } from './pathsWithin.ts';
import { rareFrom } from './rareFrom.ts';
import { testLater } from './testLater.ts';

/**
 * The test of a largest distance of cumulative shares (Kolmogorov 1933, Smirnov 1939), looked at between cells alone. Its
 * law is exact for up to 2,000 harmonic rows, and beyond them that of a Brownian bridge.
 */
export function cumulativeTest(value: number, law: CellLaw, sizes: readonly number[]): DriftTest {
  const harmonic = harmonicRows(law);
  const tail = harmonic <= mostExact ? exactTail : bridgeTail;
  const pValueOf = (distance: number): number => (distance <= 0 ? 1 : tail(distance, law, sizes));
  const test = testLater(
    { value, rows: law.rows, byRows: distanceByRows(law, sizes.length) },
    () => pValueOf(value),
    (falseAlarms) => {
      // Kolmogorov's first term: what is looked at in every place is a little farther off.
      const near = Math.sqrt(Math.log(2 / falseAlarms) / (2 * harmonic));
      return rareFrom(pValueOf, falseAlarms, { most: 1, near, known: { value, tail: test.pValue } });
    },
  );
  return test;
}

/**
 * The largest distance of a Brownian bridge is the root of pi / 2 x ln 2 on average, its square pi^2 / 12 (Kolmogorov 1933).
 * Looked at between cells alone, it is less by 0.5826 of what the bridge moves in a cell (Siegmund 1979).
 */
function distanceByRows({ kind, size, rows: here }: CellLaw, cells: number): ByRows {
  const referenceRows = kind === 'ranked' ? size : size - here;
  const unseen = 0.5826 / Math.sqrt(cells);
  const square = Math.PI ** 2 / 12 - 2 * unseen * Math.sqrt(Math.PI / 2) * Math.LN2 + unseen ** 2;
  const noiseOf = (rows: number): number => square * (1 / rows + 1 / referenceRows);
  return { kind: 'distance', most: 1, power: 2, noiseOf, noiseSpread: Math.SQRT1_2 };
}

const mostExact = 2_000;

function exactTail(distance: number, law: CellLaw, sizes: readonly number[]): number {
  // A counted reference shares the cells' rows with the window: one more row here is one fewer there.
  const reach = law.kind === 'ranked' ? distance * law.rows : distance * harmonicRows(law);
  return Math.max(0, 1 - pathsWithin(law, sizes, reach));
}

function bridgeTail(distance: number, law: CellLaw, sizes: readonly number[]): number {
  const times: number[] = [];
  for (const size of sizes.slice(0, -1)) times.push((times.at(-1) ?? 0) + size / law.size);
  return Math.max(0, 1 - bridgeWithin(times, distance * Math.sqrt(harmonicRows(law))));
}

/** 1 / (1 / reference's rows + 1 / window's rows). */
function harmonicRows({ kind, size, rows }: CellLaw): number {
  return kind === 'ranked' ? (size * rows) / (size + rows) : ((size - rows) * rows) / size;
}
