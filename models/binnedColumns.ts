import type { MatrixColumns } from '../core/matrix.ts';
import type { Plan } from '../core/plan.ts';
import type { BinsPlan } from '../core/scorecardPlan.ts';
import type { LoadedMatrix } from '../features/loadMatrix.ts';
import type { SliceColumn } from './sliceMetrics.ts';

/** The plan's columns of numbers cut into bins, by the values of the features that read them, which the matrix holds. */
export function binnedColumns(plan: Plan, columns: MatrixColumns, matrix: LoadedMatrix): SliceColumn[] {
  return (plan.scorecard.bins ?? []).map((bins) => {
    const feature = plan.features.find((one) => one.kind === 'number' && one.column === bins.column);
    const at = columns.numeric.indexOf(feature?.name ?? '');
    const isLog = feature?.kind === 'number' && feature.scale === 'log';
    const edges = bins.edges.map((edge) => Math.fround(isLog ? Math.sign(edge) * Math.log1p(Math.abs(edge)) : edge));
    const codes = Int32Array.from({ length: matrix.rows }, (_, row) =>
      binOf(matrix.numeric[row * matrix.width + at] ?? Number.NaN, edges),
    );
    return { column: bins.column, values: binsOf(bins), codes };
  });
}

/** How many edges are at or below the value; a missing one comes after all others. */
export function binOf(value: number, edges: readonly number[]): number {
  return Number.isNaN(value) ? edges.length + 1 : edges.filter((edge) => edge <= value).length;
}

/** What the bins are called, in their order. */
export function binsOf({ edges }: BinsPlan): string[] {
  const between = edges.slice(1).map((edge, at) => `${edges[at]} to below ${edge}`);
  return [`below ${edges[0]}`, ...between, `${edges.at(-1)} or more`, 'missing'];
}
