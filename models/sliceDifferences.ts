import type { RuleSlice } from '../core/gatePlan.ts';
import type { SliceDifference } from '../core/scorecard.ts';
import type { MetricName } from '../core/scorecardPlan.ts';
import type { LoadedMatrix } from '../features/loadMatrix.ts';
import { differencesOf, type Measured, type Measuring, measureWithDraws } from './estimateMetrics.ts';
import type { JudgedRows } from './judgedRows.ts';
import { fewestSliceRows } from './sliceMetrics.ts';

/** A model's scores, one per row, with how they are measured. */
export interface MeasuredScores {
  readonly scores: Float32Array;
  readonly measuring: Measuring;
}

/** The differences of two models on those slices that a gate compares them on; those of fewer than 100 rows are left out. */
export async function sliceDifferences(
  wanted: readonly RuleSlice[],
  names: readonly MetricName[],
  { rows, slices }: { readonly rows: JudgedRows; readonly slices: LoadedMatrix['slices'] },
  own: MeasuredScores,
  other: MeasuredScores,
): Promise<{ slices?: SliceDifference[] }> {
  const found: SliceDifference[] = [];
  for (const { column, value } of wanted) {
    const at = rowsOf(slices[column], value);
    if (at.length < fewestSliceRows) continue;
    const judged = {
      labels: Uint8Array.from(at, (row) => rows.labels[row] ?? 0),
      hours: at.map((row) => rows.hours[row] ?? 0),
    };
    const measuredOn = ({ scores, measuring }: MeasuredScores): Promise<Measured[]> =>
      measureWithDraws(
        names,
        judged,
        Float32Array.from(at, (row) => scores[row] ?? Number.NaN),
        measuring,
      );
    const difference = differencesOf(await measuredOn(own), await measuredOn(other), judged);
    found.push({ column, value, rows: at.length, difference });
  }
  return wanted.length === 0 ? {} : { slices: found };
}

function rowsOf(slice: LoadedMatrix['slices'][string] | undefined, value: string): Uint32Array {
  const code = slice?.values.indexOf(value) ?? -1;
  if (slice === undefined || code === -1) return new Uint32Array();
  return Uint32Array.from(slice.codes.keys()).filter((row) => slice.codes[row] === code);
}
