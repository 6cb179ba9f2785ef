import type { FeatureMatrix } from '../core/matrix.ts';
import type { ModelPackage } from '../core/modelPackage.ts';
import type { Plan } from '../core/plan.ts';
import type { Scorecard } from '../core/scorecard.ts';
import type { Costs } from '../core/scorecardPlan.ts';
import type { Snapshot } from '../core/snapshot.ts';
import { hourMs, hourStart } from '../core/time.ts';
import type { RunWindow } from '../core/window.ts';
import type { DataPorts } from '../datasets/dataPorts.ts';
import type { LoadedMatrix } from '../features/loadMatrix.ts';
import { type Challenger, type ComparedRival, compareRival, type Rival } from './compareRival.ts';
import { estimatesOf, type Measuring, measure } from './estimateMetrics.ts';
import { scoreParts } from './scoreParts.ts';
import { type SliceColumn, sliceMetrics } from './sliceMetrics.ts';
import { keepTestScores, type TestScores } from './testScores.ts';

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
  const { champion, reference } = await comparisons(ports, input, {
    plan,
    snapshot,
    window,
    rows,
    measured,
    measuring,
  });
  return {
    asOf: window.asOf,
    rows: rows.labels.length,
    positives: rows.labels.reduce((sum, label) => sum + label, 0),
    hours: new Set(rows.hours).size,
    unsettled: matrix.unsettled,
    metrics: estimatesOf(measured, rows),
    slices: sliceMetrics(plan.scorecard.metrics, sliceColumns(plan, matrix), rows, scores, measuring),
    champion: champion?.comparison ?? null,
    reference: reference?.comparison ?? null,
    testScores: await keepTestScores(ports.store, {
      labels: rows.labels,
      hours: rows.hours.map((place) => hourStart(input.matrix.test[place]?.hour ?? window.asOf) / hourMs),
      scores: { challenger: scores, ...scoresOf('champion', champion), ...scoresOf('reference', reference) },
    }),
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
): Promise<{ champion: ComparedRival | null; reference: ComparedRival | null }> {
  const compared = async (rival: Rival | null): Promise<ComparedRival | null> =>
    rival === null ? null : compareRival(ports, rival, challenger);
  const toChampion = await compared(champion);
  const same = champion?.version === reference?.version;
  return { champion: toChampion, reference: same ? toChampion : await compared(reference) };
}

function scoresOf(role: 'champion' | 'reference', rival: ComparedRival | null): Partial<TestScores['scores']> {
  return rival === null ? {} : { [role]: rival.scores.older, [`${role}, same tables`]: rival.scores.same };
}
