import type { EarlierValue } from '../core/drift/carriedPast.ts';
import { partingTest } from '../core/drift/partingTest.ts';
import type { JudgedFinding } from '../core/judgedFinding.ts';
import type { ModelPackage } from '../core/modelPackage.ts';
import type { Plan } from '../core/plan.ts';
import { isRecent } from '../core/recentKey.ts';
import type { ScoreDriftMonitor } from '../core/watchPlan.ts';
import type { LoadedMatrix } from '../features/loadMatrix.ts';
import { openNetworkScorer } from '../models/scorers/networkScorer.ts';
import { getObject } from '../storage/objects.ts';
import { type ColumnTest, numberTests } from './columnTests.ts';
import { driftFinding, tooLittle, type WatchedWindow, watchedWindow } from './driftFinding.ts';
import type { LookContext, WatchedVersion } from './lookContext.ts';
import { quietPast, type ValuesOf } from './quietPast.ts';
import { type VersionScores, versionScores } from './versionScores.ts';

/**
 * The champion's scores against its own sketch, and where the reference scored the same rows, its scores against its own:
 * where both moved, the input did; where they part, a model did.
 */
export async function scoreDrift(context: LookContext, monitor: ScoreDriftMonitor): Promise<JudgedFinding[]> {
  const { champion, plan, atMs } = context;
  if (champion === null) return [];
  const logged = await context.rows(atMs - monitor.overMs, atMs);
  const scores = await versionScores(context.ports.database, logged, champion, referenceOf(context));
  const window = watchedWindow(context, monitor, scores.champion.length);
  const { sketches } = champion.package;
  if (sketches === undefined)
    return [tooLittle(window, 'scores', `version ${champion.record.version} has no sketches`)];
  const tests = scoreTests('scores', sketches, scores.champion);
  const needsPast = sharesItsHour(plan, monitor.overMs);
  if (window.rows < monitor.leastRows) return tests.map(({ about }) => tooLittle(window, about));
  const past = await quietPast(context, monitor, scoredValues(context, champion.package));
  const own = tests.map((test) => driftFinding(window, { ...test, needsPast }, past(test.about)));
  return [...own, ...besideReference(context, { window, scores, past, needsPast })];
}

/** One that is the champion itself tells nothing. */
function referenceOf({ champion, reference }: LookContext): WatchedVersion | null {
  return reference?.record.version === champion?.record.version ? null : reference;
}

/** Scores follow the time of day and the table of the hour, which all rows of a window have in common. */
function sharesItsHour({ features, contract }: Plan, overMs: number): boolean {
  const readsTime = features.some((feature) => 'column' in feature && feature.column === contract.eventTime);
  return features.some(isRecent) || (readsTime && overMs < dayMs);
}

const dayMs = 24 * 3_600_000;

function scoreTests(
  name: string,
  { rows, score }: NonNullable<ModelPackage['sketches']>,
  scores: Float32Array,
): ColumnTest[] {
  // A score is always there.
  return numberTests(name, { rows, sketch: score }, scores).filter(({ about }) => about !== `${name}: missing values`);
}

/** What the tests say of rows of a feature matrix, which the network scores. */
function scoredValues({ ports }: LookContext, { network, encoders, sketches }: ModelPackage): ValuesOf {
  return async (rows: LoadedMatrix) => {
    const scorer = await openNetworkScorer(await getObject(ports.store, network.digest));
    try {
      const scores = await scorer.score({ ...rows, categoryNames: encoders.columns.categories });
      const tests = sketches === undefined ? [] : scoreTests('scores', sketches, scores);
      return tests.flatMap(({ about, test }) =>
        test === undefined ? [] : [[about, { value: test.value, rows: test.rows }] as const],
      );
    } finally {
      await scorer.release();
    }
  };
}

interface Beside {
  readonly window: WatchedWindow;
  readonly scores: VersionScores;
  readonly past: (about: string) => readonly EarlierValue[];
  readonly needsPast: boolean;
}

/** On the rows that both scored. */
function besideReference(context: LookContext, { window, scores, past, needsPast }: Beside): JudgedFinding[] {
  const [own, other] = [context.champion?.package.sketches, referenceOf(context)?.package.sketches];
  const rows = scores.reference.length;
  if (own === undefined || other === undefined || rows === 0) return [];
  const both = { ...window, rows };
  const moved = scoreTests('reference scores', other, scores.reference);
  const apart = partingTest(
    { rows: own.rows, sketch: own.score, scores: scores.beside },
    { rows: other.rows, sketch: other.score, scores: scores.reference },
  );
  const thing = {
    about: parting,
    measure: 'largest gap between their quantiles, in standard errors,',
    moved: apart?.told ?? '',
  };
  const parted = driftFinding(both, { ...thing, test: apart?.test, needsPast }, past(parting));
  return [...moved.map((test) => driftFinding(both, { ...test, needsPast }, past(test.about))), told(parted)];
}

const parting = 'champion beside reference';

/** What it means hangs on what else is off. */
function told(finding: JudgedFinding): JudgedFinding {
  if (finding.state === 'too little to say') return finding;
  return { ...finding, tell: (isOff, text) => `${meaning(isOff)}; ${text}` };
}

function meaning(isOff: (about: string) => boolean): string {
  const moved = (name: string): boolean => measures.some((measure) => isOff(`${name}: ${measure}`));
  if (isOff(parting)) return 'They part: a model moved, not the input alone';
  if (moved('scores') && moved('reference scores')) return 'Both moved, and together: the input did';
  return 'They keep together';
}

const measures = ['population stability index', 'Jensen-Shannon distance', 'Kolmogorov-Smirnov distance'];
