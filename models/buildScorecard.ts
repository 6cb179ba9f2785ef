import type { FeatureMatrix } from '../core/matrix.ts';
import type { ModelPackage } from '../core/modelPackage.ts';
import type { Plan } from '../core/plan.ts';
import type { Comparison, Scorecard } from '../core/scorecard.ts';
import type { Costs } from '../core/scorecardPlan.ts';
import type { Snapshot } from '../core/snapshot.ts';
import type { RunWindow } from '../core/window.ts';
import type { DataPorts } from '../datasets/dataPorts.ts';
import type { LoadedMatrix } from '../features/loadMatrix.ts';
import { type Challenger, compareRival, type Rival } from './compareRival.ts';
import { estimatesOf, type Measuring, measure } from './estimateMetrics.ts';
import { scoreParts } from './scoreParts.ts';
import { type SliceColumn, sliceMetrics } from './sliceMetrics.ts';

export type { Rival } from './compareRival.ts';

/** Raised when the same inputs give another scorecard. */
export const scorecardVersion = 2;

export interface ScorecardInput {
  readonly plan: Plan;
  readonly snapshot: Snapshot;
  readonly window: RunWindow;
  readonly matrix: FeatureMatrix;
  readonly package: ModelPackage;
  readonly champion: Rival | null;
  readonly reference: Rival | null;
  /** The measures that the pipeline file defines. */
  readonly own?: Measuring['own'];
}

/**
 * Judges a package on the test rows whose label has settled: metrics with intervals, slices, and the differences to
 * champion and reference on the same rows. A metric without a value is left out. Throws `scorecard.not-comparable`
 * where a rival's label gives other rows.
 */
export async function buildScorecard(ports: DataPorts, input: ScorecardInput): Promise<Scorecard> {
  const { plan, snapshot, window } = input;
  const { rows, scores, matrix } = await scoreParts(ports.store, input.matrix.test, input.package, window.asOf);
  const measuring = measuringOf(input);
  const measured = measure(plan.scorecard.metrics, rows, scores, measuring);
  return {
    asOf: window.asOf,
    rows: rows.labels.length,
    positives: rows.labels.reduce((sum, label) => sum + label, 0),
    hours: new Set(rows.hours).size,
    unsettled: matrix.unsettled,
    metrics: estimatesOf(measured, rows),
    slices: sliceMetrics(plan.scorecard.metrics, sliceColumns(plan, matrix), rows, scores, measuring),
    ...(await comparisons(ports, input, { plan, snapshot, window, rows, measured, measuring })),
  };
}

/** Each model answers by its own threshold: that is what promoting one for another means. The costs are this plan's. */
function measuringOf({ plan, package: held, own = {} }: ScorecardInput): Measuring {
  return { seed: plan.search.seed, threshold: held.threshold, costs: evenCosts, own };
}

const evenCosts: Costs = { falsePositive: 1, falseNegative: 1 };

/** In the plan's order. A column is not there when no test row is. */
function sliceColumns(plan: Plan, { slices }: LoadedMatrix): SliceColumn[] {
  return plan.scorecard.slices.flatMap((column) => {
    const slice = slices[column];
    return slice === undefined ? [] : [{ column, ...slice }];
  });
}

/** One version that is both champion and reference is scored once. */
async function comparisons(
  ports: DataPorts,
  { champion, reference }: ScorecardInput,
  challenger: Challenger,
): Promise<Pick<Scorecard, 'champion' | 'reference'>> {
  const compared = async (rival: Rival | null): Promise<Comparison | null> =>
    rival === null ? null : compareRival(ports, rival, challenger);
  const toChampion = await compared(champion);
  const same = champion?.version === reference?.version;
  return { champion: toChampion, reference: same ? toChampion : await compared(reference) };
}
