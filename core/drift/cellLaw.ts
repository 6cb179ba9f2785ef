import { logGamma } from '../logGamma.ts';

/**
 * How a window's rows fall into cells where nothing has changed. `counted`: the reference's rows are counted in the same
 * cells, and all rows of both are dealt out anew; the size of a cell is its rows on both sides, and its rows in the
 * window are hypergeometric. `ranked`: the ends of the cells are values of given ranks among the reference's rows, its
 * size is the difference of ranks (of the last one, to one more than the rows), and the window's rows are
 * Dirichlet-multinomial (Wilks 1962, 8.7), whatever continuous distribution both were drawn from.
 */
export interface CellLaw {
  readonly kind: 'counted' | 'ranked';
  /** Sum of the cells' sizes. */
  readonly size: number;
  /** The window's rows. */
  readonly rows: number;
}

/**
 * The law of one cell's rows before it is said how many they are in all: binomial or negative binomial, for `least` to
 * `most` rows. Given their sum, independent such cells have the law above.
 */
export function freeShares(law: CellLaw, size: number, least: number, most: number): Float64Array<ArrayBuffer> {
  const shares = new Float64Array(most - least + 1);
  // From the likeliest outwards, so that a product that falls below all floats has nothing to hide behind it.
  const mode = Math.max(least, Math.min(most, Math.floor((size * law.rows) / law.size)));
  shares[mode - least] = freeShare(law, size, mode);
  for (let rows = mode; rows < most; rows += 1) {
    shares[rows + 1 - least] = (shares[rows - least] ?? 0) * step(law, size, rows);
  }
  for (let rows = mode; rows > least; rows -= 1) {
    shares[rows - 1 - least] = (shares[rows - least] ?? 0) / step(law, size, rows - 1);
  }
  return shares;
}

/** The rows of a cell but for less than 1e-12 of all windows: 9 standard deviations, and 15 rows where they are few. */
export function likelyRows(
  { kind, size: whole, rows: all }: CellLaw,
  size: number,
): { readonly least: number; readonly most: number } {
  const expected = (size * all) / whole;
  const spread = kind === 'ranked' ? expected * (1 + all / whole) : expected;
  const reach = 9 * Math.sqrt(spread) + 15;
  const [fewest, largest] = kind === 'ranked' ? [0, all] : [Math.max(0, all - whole + size), Math.min(all, size)];
  return {
    least: Math.max(fewest, Math.floor(expected - reach)),
    most: Math.min(largest, Math.ceil(expected + reach)),
  };
}

/** The probability of so many rows in a cell of so many, before their sum is known. */
export function freeShare(law: CellLaw, size: number, rows: number): number {
  return Math.exp(logShare(law, size, rows));
}

function logShare({ kind, size: whole, rows: all }: CellLaw, size: number, rows: number): number {
  if (kind === 'ranked') {
    const ways = size === 0 ? (rows === 0 ? 0 : Number.NEGATIVE_INFINITY) : rising(size, rows);
    return ways + rows * Math.log(all / (all + whole)) + size * Math.log(whole / (all + whole));
  }
  if (rows > size) return Number.NEGATIVE_INFINITY;
  const ways = logGamma(size + 1) - logGamma(rows + 1) - logGamma(size - rows + 1);
  return ways + rows * Math.log(all / whole) + (size - rows) * Math.log1p(-all / whole);
}

function rising(size: number, rows: number): number {
  return logGamma(size + rows) - logGamma(size) - logGamma(rows + 1);
}

/** What the share of `rows` rows is multiplied by for one more. */
function step({ kind, size: whole, rows: all }: CellLaw, size: number, rows: number): number {
  if (kind === 'ranked') return (((size + rows) / (rows + 1)) * all) / (all + whole);
  return (((size - rows) / (rows + 1)) * all) / (whole - all);
}
