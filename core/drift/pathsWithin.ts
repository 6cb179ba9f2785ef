import { type CellLaw, freeShare, freeShares, likelyRows } from './cellLaw.ts';

/**
 * The probability that a window's cumulative rows stay nearer than `reach` rows to those expected at the end of every
 * cell: cell by cell, as the steps of a walk (Hodges 1957; Steck 1971), exact but for steps that less than 1e-12 of all
 * windows have. Time grows with cells x reach x the root of a cell's rows.
 */
export function pathsWithin(law: CellLaw, sizes: readonly number[], reach: number): number {
  let walked: Shares = { first: 0, shares: Float64Array.of(1) };
  let sized = 0;
  for (const size of sizes.slice(0, -1)) {
    sized += size;
    const expected = (law.rows * sized) / law.size;
    // A value of just this reach, which a path must not have, is not to be lost to rounding.
    const least = Math.max(0, Math.floor(expected - reach + 1e-9) + 1);
    const most = Math.min(law.rows, Math.ceil(expected + reach - 1e-9) - 1);
    if (most < least) return 0;
    const likely = likelyRows(law, size);
    const steps = { first: likely.least, shares: freeShares(law, size, likely.least, likely.most) };
    walked = { first: least, shares: stepped(walked, steps, least, most) };
  }
  const last = sizes.at(-1) ?? 0;
  const { first, shares } = walked;
  const ended = shares.reduce((sum, share, at) => sum + share * freeShare(law, last, law.rows - first - at), 0);
  return Math.min(1, ended / freeShare(law, law.size, law.rows));
}

/** Probabilities of `first` rows and of each number above. */
interface Shares {
  readonly first: number;
  readonly shares: Float64Array<ArrayBuffer>;
}

function stepped(before: Shares, steps: Shares, least: number, most: number): Float64Array<ArrayBuffer> {
  const after = new Float64Array(most - least + 1);
  const nearest = before.first + steps.first;
  for (let rows = least; rows <= most; rows += 1) {
    const from = Math.max(0, rows - nearest - steps.shares.length + 1);
    const to = Math.min(before.shares.length - 1, rows - nearest);
    let sum = 0;
    for (let at = from; at <= to; at += 1) sum += (before.shares[at] ?? 0) * (steps.shares[rows - nearest - at] ?? 0);
    after[rows - least] = sum;
  }
  return after;
}
