import { bridgeWithin } from './bridgeWithin.ts';
import type { CellLaw } from './cellLaw.ts';
import type { DriftTest } from './driftTest.ts';
import { pathsWithin } from './pathsWithin.ts';

/**
 * The test of a largest distance of cumulative shares (Kolmogorov 1933, Smirnov 1939), looked at between cells alone. Its
 * law is exact for up to 2,000 harmonic rows, and beyond them that of a Brownian bridge.
 */
export function cumulativeTest(value: number, law: CellLaw, sizes: readonly number[]): DriftTest {
  const tail = harmonicRows(law) <= mostExact ? exactTail : bridgeTail;
  const pValueOf = (distance: number): number => (distance <= 0 ? 1 : tail(distance, law, sizes));
  return {
    value,
    pValue: pValueOf(value),
    rows: law.rows,
    limitAt: (falseAlarms) => leastRare(pValueOf, falseAlarms),
  };
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

function leastRare(pValueOf: (distance: number) => number, falseAlarms: number): number {
  let [common, rare] = [0, 1];
  if (pValueOf(rare) > falseAlarms) return Number.POSITIVE_INFINITY;
  for (let halving = 0; halving < 40; halving += 1) {
    const middle = (common + rare) / 2;
    if (pValueOf(middle) <= falseAlarms) rare = middle;
    else common = middle;
  }
  return rare;
}
