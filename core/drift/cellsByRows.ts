import type { CellMeasure, SummedMeasure } from './cellMeasure.ts';
import type { ByRows } from './driftTest.ts';
import type { TestCells } from './testCells.ts';

/**
 * How a measure over these cells hangs on a window's rows. Where nothing has changed, the population stability index is
 * (cells - 1) (1 / rows + 1 / reference's rows) on average (Yurdakul and Naranjo 2020), and the divergence of Jensen and
 * Shannon an 8 ln 2-th of that (Lin 1991, by its second derivative); of few rows, the half row that the index has more in
 * each cell counts as rows, and the divergence is as if it had so many fewer: within 4 % of the exact mean at four rows a
 * cell. Chi-square has its rows in it.
 */
export function cellsByRows(cells: TestCells, measure: CellMeasure, summed: SummedMeasure): ByRows | undefined {
  if (measure === 'chi-square') return undefined;
  const isDivergence = measure === 'Jensen-Shannon distance';
  const [power, scale, half] = isDivergence ? ([2, 8 * Math.LN2, -0.5] as const) : ([1, 1, 0.5] as const);
  const referenceRows = total(cells.reference);
  return {
    kind: 'distance',
    power,
    most: summed.measured(mostOf(cells, summed.partOf)),
    noiseOf(rows) {
      const filled = filledBy(rows, cells, referenceRows);
      return ((filled - 1) * (1 / (rows + half * filled) + 1 / referenceRows)) / scale;
    },
    noiseSpread: Math.sqrt(2 / (cells.reference.length - 1)),
  };
}

/** A convex measure is largest where all rows of the window are in one cell. */
function mostOf({ law, reference, window }: TestCells, partOf: SummedMeasure['partOf']): number {
  const rows = total(window);
  const empty = reference.map((size) => partOf(0, size));
  const sum = total(empty);
  return Math.max(
    ...reference.map((size, at) => sum - (empty[at] ?? 0) + partOf(rows, law === 'ranked' ? size : size + rows)),
  );
}

/** Fewer rows make fewer cells of a category: those of which they expect one, and all others together. */
function filledBy(rows: number, { law, reference }: TestCells, referenceRows: number): number {
  if (law === 'ranked') return reference.length;
  const filled = reference.filter((counted) => counted * rows >= referenceRows).length;
  return Math.max(2, Math.min(reference.length, filled + 1, rows));
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, counted) => sum + counted, 0);
}
