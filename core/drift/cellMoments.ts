import { type CellLaw, freeShare, freeShares, likelyRows } from './cellLaw.ts';

export interface CellMoments {
  readonly mean: number;
  readonly variance: number;
  /** Third moment of the standardised sum, 2 x standard deviation / mean of a chi-square. */
  readonly skewness: number;
}

/**
 * Mean, variance and skewness of a sum over cells where nothing has changed, given the sum of all rows. The mean is exact. The
 * variance is, too, but for what polynomials above the fourth degree add: the rows of two cells are correlated degree by
 * degree alone (Lancaster 1958; for these laws by Hahn's polynomials, Karlin and McGregor 1975), so that the covariance of
 * two parts is the sum over degrees of correlation x both parts' coefficients.
 */
export function cellMoments(
  law: CellLaw,
  sizes: readonly number[],
  partOf: (rows: number, size: number) => number,
): CellMoments {
  const bySize = new Map<number, PartMoments>();
  let [mean, variance] = [0, 0];
  const free = { ...noMoments };
  const [together, apart] = [degrees.map(() => 0), degrees.map(() => 0)];
  for (const size of sizes) {
    const part = bySize.get(size) ?? partMoments(law, size, (rows) => partOf(rows, size));
    bySize.set(size, part);
    addMoments(free, part.free);
    mean += part.mean;
    variance += part.variance;
    part.shared.forEach((shared, at) => {
      together[at] = (together[at] ?? 0) + shared;
      apart[at] = (apart[at] ?? 0) + shared ** 2;
    });
  }
  // More rows here are fewer there: odd degrees of two cells go against each other.
  const between = together.map((sum, at) => (at % 2 === 0 ? -1 : 1) * (sum ** 2 - (apart[at] ?? 0)));
  const spread = between.reduce((sum, each) => sum + each, variance);
  return { mean, variance: spread, skewness: (2 * Math.sqrt(spread) * excessSkewness(free)) / mean };
}

/** Skewness of the free cells' sum, taken along with what it has in common with the rows, by that of a chi-square. */
function excessSkewness({ mean, parts, both, rows, parts3, parts2rows, parts1rows2, rows3 }: FreeMoments): number {
  const slope = both / rows;
  const third = parts3 - 3 * slope * parts2rows + 3 * slope ** 2 * parts1rows2 - slope ** 3 * rows3;
  const second = parts - slope * both;
  return Math.max(leastSkewed, (third * mean) / (2 * second ** 2));
}

/** A sum that can only grow is skewed to the right. */
const leastSkewed = 0.1;

const degrees = [1, 2, 3, 4];

interface PartMoments {
  readonly mean: number;
  readonly variance: number;
  /** By degree: the coefficient, times this cell's root of the correlation with others. */
  readonly shared: readonly number[];
  readonly free: FreeMoments;
}

/** Of a free cell: the part's mean, and central moments of the part, of its rows and of both. They add up over cells. */
const noMoments = { mean: 0, parts: 0, both: 0, rows: 0, parts3: 0, parts2rows: 0, parts1rows2: 0, rows3: 0 };
type FreeMoments = Readonly<typeof noMoments>;

function addMoments(moments: Record<keyof FreeMoments, number>, more: FreeMoments): void {
  for (const name of Object.keys(noMoments) as (keyof FreeMoments)[]) moments[name] += more[name];
}

function partMoments(law: CellLaw, size: number, partOf: (rows: number) => number): PartMoments {
  const { least, most } = likelyRows(law, size);
  const shares = cellShares(law, size, least, most);
  const parts = new Float64Array(shares.length);
  for (let at = 0; at < parts.length; at += 1) parts[at] = partOf(least + at);
  const free = freeMoments(freeShares(law, size, least, most), parts, (size * law.rows) / law.size - least);
  const mean = weightedSum(shares, parts);
  for (let at = 0; at < parts.length; at += 1) parts[at] = (parts[at] ?? 0) - mean;
  const coefficients = polynomialCoefficients(shares, parts);
  const shared = coefficients.map((each, at) => each * correlationRoot(law, size, at + 1));
  return { mean, variance: weightedSum(shares, parts, parts), shared, free };
}

function freeMoments(shares: Float64Array, parts: Float64Array, expected: number): FreeMoments {
  const mean = weightedSum(shares, parts);
  const moments = { ...noMoments, mean };
  for (let at = 0; at < shares.length; at += 1) {
    const [share, part, rows] = [shares[at] ?? 0, (parts[at] ?? 0) - mean, at - expected];
    moments.parts += share * part * part;
    moments.both += share * part * rows;
    moments.rows += share * rows * rows;
    moments.parts3 += share * part * part * part;
    moments.parts2rows += share * part * part * rows;
    moments.parts1rows2 += share * part * rows * rows;
    moments.rows3 += share * rows * rows * rows;
  }
  return moments;
}

/** The probability of `least` to `most` rows in a cell, given the sum of all. */
function cellShares(law: CellLaw, size: number, least: number, most: number): Float64Array<ArrayBuffer> {
  const rest = freeShares(law, law.size - size, law.rows - most, law.rows - least).reverse();
  const all = freeShare(law, law.size, law.rows);
  return freeShares(law, size, least, most).map((share, at) => (share * (rest[at] ?? 0)) / all);
}

/** By degree, how much of its orthonormal polynomial for these shares is in the values (three-term recurrence: Stieltjes). */
function polynomialCoefficients(shares: Float64Array, values: Float64Array): number[] {
  let before = new Float64Array(shares.length);
  let here = new Float64Array(shares.length).fill(1);
  let norm = 0;
  return degrees.map(() => {
    const middle = meanPlace(shares, here);
    const next = new Float64Array(shares.length);
    for (let at = 0; at < next.length; at += 1) next[at] = (at - middle) * (here[at] ?? 0) - norm * (before[at] ?? 0);
    norm = Math.sqrt(weightedSum(shares, next, next));
    // Fewer values than the degree: there is no such polynomial.
    const scale = norm < 1e-7 ? 0 : 1 / norm;
    for (let at = 0; at < next.length; at += 1) next[at] = (next[at] ?? 0) * scale;
    [before, here] = [here, next];
    return weightedSum(shares, values, here);
  });
}

function meanPlace(shares: Float64Array, polynomial: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < shares.length; at += 1) sum += (shares[at] ?? 0) * at * (polynomial[at] ?? 0) ** 2;
  return sum;
}

/** The root of a degree's correlation with a cell that has all other rows. */
function correlationRoot({ kind, size: whole }: CellLaw, size: number, degree: number): number {
  let ratio = 1;
  for (let step = 0; step < degree; step += 1) {
    const shift = kind === 'ranked' ? step : -step;
    if (size + shift <= 0 || whole - size + shift <= 0) return 0;
    ratio *= (size + shift) / (whole - size + shift);
  }
  return Math.sqrt(ratio);
}

function weightedSum(shares: Float64Array, values: Float64Array, others?: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < shares.length; at += 1) sum += (shares[at] ?? 0) * (values[at] ?? 0) * (others?.[at] ?? 1);
  return sum;
}
