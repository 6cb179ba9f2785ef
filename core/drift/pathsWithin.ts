import { type CellLaw, freeShare, freeShares } from './cellLaw.ts';

/**
 * The probability that a window's cumulative rows stay nearer than `reach` rows to those expected at the end of every
 * cell: exact, cell by cell, as the steps of a walk (Hodges 1957; Steck 1971). Time grows with cells x reach squared.
 */
export function pathsWithin(law: CellLaw, sizes: readonly number[], reach: number): number {
  let [first, before] = [0, Float64Array.of(1)];
  let sized = 0;
  for (const size of sizes.slice(0, -1)) {
    sized += size;
    const expected = (law.rows * sized) / law.size;
    // A value of just this reach, which a path must not have, is not to be lost to rounding.
    const least = Math.max(0, Math.floor(expected - reach + 1e-9) + 1);
    const most = Math.min(law.rows, Math.ceil(expected + reach - 1e-9) - 1);
    if (most < least) return 0;
    before = stepped(before, freeShares(law, size, 0, Math.max(0, most - first)), first, least, most);
    first = least;
  }
  const last = sizes.at(-1) ?? 0;
  const ended = before.reduce((sum, share, at) => sum + share * freeShare(law, last, law.rows - first - at), 0);
  return Math.min(1, ended / freeShare(law, law.size, law.rows));
}

function stepped(
  before: Float64Array,
  shares: Float64Array,
  first: number,
  least: number,
  most: number,
): Float64Array<ArrayBuffer> {
  const after = new Float64Array(most - least + 1);
  for (let rows = least; rows <= most; rows += 1) {
    let sum = 0;
    const from = Math.min(before.length - 1, rows - first);
    for (let at = 0; at <= from; at += 1) sum += (before[at] ?? 0) * (shares[rows - first - at] ?? 0);
    after[rows - least] = sum;
  }
  return after;
}
