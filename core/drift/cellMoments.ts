import { type CellLaw, freeShare, freeShares } from './cellLaw.ts';

export interface CellMoments {
  readonly mean: number;
  readonly variance: number;
}

/**
 * Mean and variance of a sum over cells where nothing has changed. The mean is exact. The variance is that of free cells
 * less what their sum tells of it (Morris 1975, "Central limit theorems for multinomial sums").
 */
export function cellMoments(
  law: CellLaw,
  sizes: readonly number[],
  partOf: (rows: number, size: number) => number,
): CellMoments {
  const bySize = new Map<number, SizeMoments>();
  let [mean, spread, joint, rowSpread] = [0, 0, 0, 0];
  for (const size of sizes) {
    const held = bySize.get(size) ?? sizeMoments(law, size, (rows) => partOf(rows, size));
    bySize.set(size, held);
    mean += held.mean;
    spread += held.spread;
    joint += held.joint;
    rowSpread += held.rowSpread;
  }
  return { mean, variance: spread - joint ** 2 / rowSpread };
}

interface SizeMoments {
  /** Of the part, given the sum of all rows. */
  readonly mean: number;
  /** Of the part in a free cell, of part and rows together, and of rows. */
  readonly spread: number;
  readonly joint: number;
  readonly rowSpread: number;
}

function sizeMoments(law: CellLaw, size: number, partOf: (rows: number) => number): SizeMoments {
  const { least, most } = likelyRows(law, size);
  const free = freeShares(law, size, least, most);
  const rest = freeShares(law, law.size - size, law.rows - most, law.rows - least).reverse();
  const all = freeShare(law, law.size, law.rows);
  const expected = (size * law.rows) / law.size;
  let [mean, part, square, joint, rowSpread] = [0, 0, 0, 0, 0];
  free.forEach((share, at) => {
    const [value, off] = [partOf(least + at), least + at - expected];
    mean += (value * share * (rest[at] ?? 0)) / all;
    part += value * share;
    square += value ** 2 * share;
    joint += value * off * share;
    rowSpread += off ** 2 * share;
  });
  return { mean, spread: square - part ** 2, joint, rowSpread };
}

/** The rows of a cell but for less than 1e-15 of all windows: 12 standard deviations, and 30 rows where they are few. */
function likelyRows({ kind, size: whole, rows: all }: CellLaw, size: number): { least: number; most: number } {
  const expected = (size * all) / whole;
  const spread = kind === 'ranked' ? expected * (1 + all / whole) : expected;
  const reach = 12 * Math.sqrt(spread) + 30;
  const [fewest, largest] = kind === 'ranked' ? [0, all] : [Math.max(0, all - whole + size), Math.min(all, size)];
  return {
    least: Math.max(fewest, Math.floor(expected - reach)),
    most: Math.min(largest, Math.ceil(expected + reach)),
  };
}
