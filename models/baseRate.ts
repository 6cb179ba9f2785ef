import type { RuleSlice } from '../core/gatePlan.ts';
import type { BaseRate } from '../core/scorecard.ts';
import type { MetricName } from '../core/scorecardPlan.ts';
import type { LoadedMatrix } from '../features/loadMatrix.ts';
import { differencesOf, type Measured, measureWithDraws } from './estimateMetrics.ts';
import type { JudgedRows } from './judgedRows.ts';
import { type MeasuredScores, sliceDifferences } from './sliceDifferences.ts';

/** What it is compared with: the candidate on the test rows. */
export interface AgainstBaseRate {
  readonly names: readonly MetricName[];
  readonly rows: JudgedRows;
  readonly slices: LoadedMatrix['slices'];
  readonly own: MeasuredScores;
  readonly measured: readonly Measured[];
  readonly wanted: readonly RuleSlice[];
}

/** The candidate against the score that always says the share of positives among `labels`, those of the train window. */
export async function baseRate(labels: Uint8Array, against: AgainstBaseRate): Promise<BaseRate> {
  const { names, rows, own, measured, wanted } = against;
  const share = labels.reduce((sum, label) => sum + label, 0) / labels.length;
  const plain = { scores: new Float32Array(rows.labels.length).fill(share), measuring: own.measuring };
  const other = await measureWithDraws(names, rows, plain.scores, plain.measuring);
  const difference = differencesOf(measured, other, rows);
  return { share, difference, ...(await sliceDifferences(wanted, names, against, own, plain)) };
}
