import type { EarlierValue } from '../core/drift/carriedPast.ts';
import type { FeaturePlan } from '../core/featurePlan.ts';
import type { JudgedFinding } from '../core/judgedFinding.ts';
import type { Plan } from '../core/plan.ts';
import { isRecent } from '../core/recentKey.ts';
import type { InputDriftMonitor } from '../core/watchPlan.ts';
import { columnsOfFeatures, type FeatureColumns } from '../models/columnsOfFeatures.ts';
import { type ColumnReference, columnTests } from './columnTests.ts';
import { driftFinding, tooLittle, watchedWindow } from './driftFinding.ts';
import { liveFeatures } from './liveFeatures.ts';
import type { LookContext } from './lookContext.ts';
import { quietPast } from './quietPast.ts';

/** The features of the rows that came against the champion's sketches, column by column, each measure a finding. */
export async function inputDrift(context: LookContext, monitor: InputDriftMonitor): Promise<JudgedFinding[]> {
  const { champion, plan, atMs, ports } = context;
  if (champion === null) return [];
  const { encoders, sketches } = champion.package;
  const logged = await context.rows(atMs - monitor.overMs, atMs);
  const live = logged === undefined ? noRows : await liveFeatures(ports, champion.package, logged);
  const window = watchedWindow(context, monitor, live.rows);
  if (sketches === undefined)
    return [tooLittle(window, 'features', `version ${champion.record.version} has no sketches`)];
  const reference = { encoders, sketches };
  const columns = watchedColumns(plan, encoders.columns, monitor.features);
  const tests = columnTests(reference, live, columns);
  if (live.rows < monitor.leastRows) return tests.map(({ about }) => tooLittle(window, about));
  const past = await quietPast(context, monitor, valuesBy(reference, columns));
  const tabled = new Set(plan.features.filter(isRecent).map(({ name }) => name));
  return tests.map((test) => {
    return driftFinding(window, { ...test, needsPast: tabled.has(test.column) }, past(test.about));
  });
}

const noRows = { rows: 0, numeric: new Float32Array(), categories: new Int32Array() };

/** What the tests would have said of other rows. */
function valuesBy(reference: ColumnReference, columns: ReturnType<typeof watchedColumns>) {
  return async (rows: Parameters<typeof columnTests>[1]): Promise<[about: string, earlier: EarlierValue][]> =>
    columnTests(reference, rows, columns).flatMap(({ about, test }) =>
      test === undefined ? [] : [[about, { value: test.value, rows: test.rows }]],
    );
}

function watchedColumns(
  plan: Plan,
  columns: Parameters<typeof columnsOfFeatures>[1],
  features: readonly string[] | undefined,
): Pick<FeatureColumns, 'numeric' | 'categories'> {
  const named = features ?? plan.features.filter((feature) => !tellsTimeAlone(plan, feature)).map(({ name }) => name);
  const watched = columnsOfFeatures(plan, columns).filter(({ feature }) => named.includes(feature));
  // A champion of an earlier plan may lack a column of this one.
  return {
    numeric: watched.flatMap(({ numeric }) => numeric).filter((at) => at >= 0),
    categories: watched.flatMap(({ categories }) => categories).filter((at) => at >= 0),
  };
}

/** What time it is moves from one window to the next, and nothing has drifted by that. */
function tellsTimeAlone({ contract }: Plan, feature: FeaturePlan): boolean {
  return feature.kind === 'cyclic' && feature.column === contract.eventTime;
}
