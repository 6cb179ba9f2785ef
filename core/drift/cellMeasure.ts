import type { CellLaw } from './cellLaw.ts';

export type CellMeasure = 'population stability index' | 'Jensen-Shannon distance' | 'chi-square';

/** A measure that is a sum over cells. */
export interface SummedMeasure {
  /** What a cell of that size (see `CellLaw`) with so many of the window's rows adds. */
  partOf(rows: number, size: number): number;
  /** The measure, which rises with the sum. */
  measured(sum: number): number;
}

export function summedMeasure(measure: CellMeasure, law: CellLaw, cells: number): SummedMeasure {
  if (measure === 'chi-square') return chiSquare(law);
  return measure === 'Jensen-Shannon distance' ? jensenShannon(law) : stabilityIndex(law, cells);
}

/** Pearson's of 1900, scaled for a reference that is a sample too: on average cells - 1 where nothing has changed. */
function chiSquare(law: CellLaw): SummedMeasure {
  const { kind, size: whole, rows: all } = law;
  const scale = kind === 'counted' ? whole / (whole - all) : whole / (whole + all);
  return {
    partOf(rows, size) {
      const expected = (size * all) / whole;
      return expected === 0 ? 0 : ((rows - expected) ** 2 / expected) * scale;
    },
    measured: (sum) => sum,
  };
}

/** As `core/sketches/jensenShannon.ts`: the root of the divergence of Lin 1991 in bits, 0 to 1. */
function jensenShannon(law: CellLaw): SummedMeasure {
  const referenceRows = referenceOf(law, law.size, law.rows);
  return {
    partOf(rows, size) {
      const [share, other] = [referenceOf(law, size, rows) / referenceRows, rows / law.rows];
      const middle = (share + other) / 2;
      return (bits(share, middle) + bits(other, middle)) / 2;
    },
    // Of equal shares, rounding may leave a little less than nothing.
    measured: (sum) => Math.sqrt(Math.min(1, Math.max(0, sum))),
  };
}

/** As `core/sketches/psi.ts`: Siddiqi 2006, with half a row more in each cell. */
function stabilityIndex(law: CellLaw, cells: number): SummedMeasure {
  const [referenceRows, all] = [referenceOf(law, law.size, law.rows) + cells / 2, law.rows + cells / 2];
  return {
    partOf(rows, size) {
      const [share, other] = [(referenceOf(law, size, rows) + 0.5) / referenceRows, (rows + 0.5) / all];
      return (other - share) * Math.log(other / share);
    },
    measured: (sum) => sum,
  };
}

function referenceOf({ kind }: CellLaw, size: number, rows: number): number {
  return kind === 'ranked' ? size : size - rows;
}

function bits(share: number, middle: number): number {
  return share === 0 ? 0 : share * Math.log2(share / middle);
}
