import type { CellLaw } from './cellLaw.ts';
import { type CellMeasure, type SummedMeasure, summedMeasure } from './cellMeasure.ts';
import { type CellMoments, cellMoments } from './cellMoments.ts';
import { cellsByRows } from './cellsByRows.ts';
import { type DriftTest, fewestRows } from './driftTest.ts';
import { gammaQuantile, gammaTail } from './gammaTail.ts';
import type { TestCells } from './testCells.ts';
import { testLater } from './testLater.ts';

/**
 * Whether a window's rows fall into cells as the reference's do. The value is the population stability index, the
 * Jensen-Shannon distance or Pearson's chi-square, each as its own file has it. Where nothing has changed, all three are
 * a sum over cells that tends to a scaled chi-square with cells - 1 degrees of freedom (Read and Cressie 1988; of PSI,
 * Yurdakul and Naranjo 2020). Of few rows it is not that yet: its mean, variance and skewness given the cells' sizes
 * give the shifted gamma distribution (Pearson's type III) whose tail is the p-value; for filled cells that is the scaled
 * chi-square.
 * Undefined, too little to say, with fewer rows than `leastRows` on either side or only one cell.
 */
export function cellTest(
  cells: TestCells,
  measure: CellMeasure,
  leastRows: number = fewestRows,
): DriftTest | undefined {
  const [referenceRows, rows] = [total(cells.reference), total(cells.window)];
  if (Math.min(referenceRows, rows) < leastRows || cells.reference.length < 2) return undefined;
  const sizes = cells.reference.map((counted, at) =>
    cells.law === 'ranked' ? counted : counted + (cells.window[at] ?? 0),
  );
  const law = { kind: cells.law, size: total(sizes), rows };
  const summed = summedMeasure(measure, law, sizes.length);
  const { partOf, measured } = summed;
  const spread = spreadOf(law, sizes, partOf);
  const sum = sizes.reduce((all, size, at) => all + partOf(cells.window[at] ?? 0, size), 0);
  return testLater(
    { value: measured(sum), rows, byRows: cellsByRows(cells, measure, summed) },
    () => spread().tail(sum),
    (falseAlarms) => measured(spread().quantile(falseAlarms)),
  );
}

/** How the sum is spread where nothing has changed; computed once, and only if it is asked for. */
function spreadOf(law: CellLaw, sizes: readonly number[], partOf: SummedMeasure['partOf']): () => SumSpread {
  let known: SumSpread | undefined;
  return () => {
    known ??= shiftedGamma(cellMoments(law, sizes, partOf));
    return known;
  };
}

interface SumSpread {
  readonly tail: (sum: number) => number;
  readonly quantile: (tail: number) => number;
}

function shiftedGamma({ mean, variance, skewness }: CellMoments): SumSpread {
  const [shape, scale] = [4 / skewness ** 2, (Math.sqrt(variance) * skewness) / 2];
  const start = mean - shape * scale;
  return {
    tail: (sum) => gammaTail(shape, (sum - start) / scale),
    quantile: (tail) => start + scale * gammaQuantile(shape, tail),
  };
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, counted) => sum + counted, 0);
}
