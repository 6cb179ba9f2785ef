import { gateNeeds } from '../core/gateNeeds.ts';
import type { FeatureMatrix } from '../core/matrix.ts';
import type { ModelPackage } from '../core/modelPackage.ts';
import type { Plan } from '../core/plan.ts';
import type { Comparison, Importance, ProfileResult, Scorecard } from '../core/scorecard.ts';
import { answerMetrics, type Costs } from '../core/scorecardPlan.ts';
import type { Snapshot } from '../core/snapshot.ts';
import { hourMs, hourStart } from '../core/time.ts';
import type { RunWindow } from '../core/window.ts';
import type { DataPorts } from '../datasets/dataPorts.ts';
import { type LoadedMatrix, loadMatrix } from '../features/loadMatrix.ts';
import { baseRate } from './baseRate.ts';
import { binnedColumns } from './binnedColumns.ts';
import { columnsOfFeatures } from './columnsOfFeatures.ts';
import { type Challenger, type ComparedRival, compareRival, type Rival } from './compareRival.ts';
import { curvesOf } from './curvesOf.ts';
import { estimatesOf, type Measured, type Measuring, measure, measureWithDraws } from './estimateMetrics.ts';
import type { JudgedRows } from './judgedRows.ts';
import { permutationImportance } from './permutationImportance.ts';
import { openNetwork, type ScoredParts, scoreParts } from './scoreParts.ts';
import { sliceDifferences } from './sliceDifferences.ts';
import { type SliceColumn, sliceMetrics } from './sliceMetrics.ts';
import { keepTestScores, type TestScores } from './testScores.ts';

export type { Rival } from './compareRival.ts';

/** Raised when the same inputs give another scorecard. */
export const scorecardVersion = 4;

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
 * Judges a package on the test rows whose label has settled: metrics with intervals, slices, profiles, curves, what each
 * feature is worth, and the differences to champion and reference on the same rows, whose scores are kept. A metric
 * without a value is left out. The same input gives the same card. Throws `scorecard.not-comparable` where a rival's
 * label gives other rows, and `metric.not-as-planned`.
 */
export async function buildScorecard(ports: DataPorts, input: ScorecardInput): Promise<Scorecard> {
  const { plan, snapshot, window } = input;
  const scored = await scoreParts(ports.store, input.matrix.test, input.package, window.asOf);
  const { rows, scores, matrix } = scored;
  const measuring = measuringOf(input);
  const measured = await measureWithDraws(plan.scorecard.metrics, rows, scores, measuring);
  const rivals = await comparisons(ports, input, { plan, snapshot, window, rows, measured, measuring });
  return {
    asOf: window.asOf,
    rows: rows.labels.length,
    positives: rows.labels.reduce((sum, label) => sum + label, 0),
    hours: new Set(rows.hours).size,
    unsettled: matrix.unsettled,
    metrics: estimatesOf(measured, rows),
    slices: sliceMetrics(plan.scorecard.metrics, sliceColumns(input, matrix), rows, scores, measuring),
    ...(await ruledComparisons(input, scored, rivals, measuring)),
    ...(await ruledBaseRate(ports, input, scored, measured, measuring)),
    threshold: input.package.threshold,
    ...profileResults(input, rows, scores, measuring),
    curves: curvesOf(rows, scores),
    ...(await importanceOf(ports, input, matrix)),
    testScores: await keptScores(ports, input, scored, rivals),
  };
}

/** Each model answers by its own threshold: that is what promoting one for another means. The costs are this plan's. */
function measuringOf({ plan, package: held, own = {} }: ScorecardInput): Measuring {
  const costs = plan.scorecard.profiles?.[0] ?? evenCosts;
  return { seed: plan.search.seed, threshold: held.threshold, costs, own };
}

/** Without profiles the cost is the share of wrong answers. */
const evenCosts: Costs = { falsePositive: 1, falseNegative: 1 };

/** In the plan's order, bins last. A column is not there when no test row is. */
function sliceColumns({ plan, package: { encoders } }: ScorecardInput, matrix: LoadedMatrix): SliceColumn[] {
  const byValue = plan.scorecard.slices.flatMap((column) => {
    const slice = matrix.slices[column];
    return slice === undefined ? [] : [{ column, ...slice }];
  });
  return [...byValue, ...binnedColumns(plan, encoders.columns, matrix)];
}

interface ComparedRivals {
  readonly champion: ComparedRival | null;
  readonly reference: ComparedRival | null;
}

/** One version that is both champion and reference is scored once. */
async function comparisons(
  ports: DataPorts,
  { champion, reference }: ScorecardInput,
  challenger: Challenger,
): Promise<ComparedRivals> {
  const compared = async (rival: Rival | null): Promise<ComparedRival | null> =>
    rival === null ? null : compareRival(ports, rival, challenger);
  const toChampion = await compared(champion);
  const same = champion?.version === reference?.version;
  return { champion: toChampion, reference: same ? toChampion : await compared(reference) };
}

/** With the slices that the gate compares them on. */
async function ruledComparisons(
  { plan }: ScorecardInput,
  { rows, scores, matrix }: ScoredParts,
  rivals: ComparedRivals,
  measuring: Measuring,
): Promise<Pick<Scorecard, 'champion' | 'reference'>> {
  const { compared } = gateNeeds(plan.gate);
  const on = { rows, slices: matrix.slices };
  const withSlices = async (role: keyof ComparedRivals): Promise<Comparison | null> => {
    const rival = rivals[role];
    if (rival === null) return null;
    const other = {
      scores: rival.scores.older,
      measuring: { ...measuring, threshold: rival.comparison.threshold ?? measuring.threshold },
    };
    const slices = await sliceDifferences(compared[role], plan.scorecard.metrics, on, { scores, measuring }, other);
    return { ...rival.comparison, ...slices };
  };
  return { champion: await withSlices('champion'), reference: await withSlices('reference') };
}

/** The labels of the whole train window are read for it, so only where the gate has such a rule. */
async function ruledBaseRate(
  { store }: DataPorts,
  { plan, matrix, package: held, window }: ScorecardInput,
  { rows, scores, matrix: { slices } }: ScoredParts,
  measured: readonly Measured[],
  measuring: Measuring,
): Promise<Pick<Scorecard, 'baseRate'>> {
  const needs = gateNeeds(plan.gate);
  if (!needs.baseRate) return {};
  const { labels } = await loadMatrix(store, matrix.train, held.encoders, window.asOf);
  const own = { scores, measuring };
  const against = { names: plan.scorecard.metrics, rows, slices, own, measured, wanted: needs.compared['base rate'] };
  return { baseRate: await baseRate(labels, against) };
}

function profileResults(
  { plan, package: held }: ScorecardInput,
  rows: JudgedRows,
  scores: Float32Array,
  measuring: Measuring,
): { profiles?: ProfileResult[] } {
  if (plan.scorecard.profiles === undefined) return {};
  const thresholds = new Map(held.profiles?.map(({ name, threshold }) => [name, threshold]));
  const profiles = plan.scorecard.profiles.map((profile) => {
    const threshold = thresholds.get(profile.name) ?? held.threshold;
    const measured = measure(answerMetrics, rows, scores, { ...measuring, threshold, costs: profile });
    return { ...profile, threshold, metrics: estimatesOf(measured, rows) };
  });
  return { profiles };
}

async function importanceOf(
  { store }: DataPorts,
  { plan, package: held }: ScorecardInput,
  matrix: LoadedMatrix,
): Promise<{ importance?: Importance }> {
  if (matrix.rows === 0) return {};
  const network = await openNetwork(store, held);
  try {
    const features = columnsOfFeatures(plan, held.encoders.columns);
    const { categories } = held.encoders.columns;
    return { importance: await permutationImportance(network, matrix, features, categories, plan.search.seed) };
  } finally {
    await network.release();
  }
}

function keptScores(
  { store }: DataPorts,
  { matrix, window }: ScorecardInput,
  { rows, scores }: ScoredParts,
  { champion, reference }: ComparedRivals,
): Promise<string> {
  const hourAt = (place: number): number => hourStart(matrix.test[place]?.hour ?? window.asOf) / hourMs;
  return keepTestScores(store, {
    labels: rows.labels,
    hours: rows.hours.map(hourAt),
    scores: { challenger: scores, ...scoresOf('champion', champion), ...scoresOf('reference', reference) },
  });
}

function scoresOf(role: keyof ComparedRivals, rival: ComparedRival | null): Partial<TestScores['scores']> {
  return rival === null ? {} : { [role]: rival.scores.older, [`${role}, same tables`]: rival.scores.same };
}
