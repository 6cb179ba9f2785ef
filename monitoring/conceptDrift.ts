import type { EarlierValue } from '../core/drift/carriedPast.ts';
import { figure, type JudgedFinding } from '../core/judgedFinding.ts';
import { type LabelledScores, recalibration, recalibrationTest } from '../core/recalibration.ts';
import { scoreBinTest } from '../core/scoreBins.ts';
import type { ConceptDriftMonitor } from '../core/watchPlan.ts';
import { readTestScores } from '../models/testScores.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { objectKey } from '../storage/objects.ts';
import { driftFinding, tooLittle, type WatchedWindow, watchedWindow } from './driftFinding.ts';
import type { LookContext } from './lookContext.ts';
import { performanceRows } from './performanceRows.ts';
import { quietPast } from './quietPast.ts';

/**
 * Whether rows of one score are positive as often as on the champion's test rows: bin by bin, and by the line that turns
 * scores into shares. Of whoever was champion then, and of a stretch in which all labels are due: those that come back
 * early are others.
 */
export async function conceptDrift(context: LookContext, monitor: ConceptDriftMonitor): Promise<JudgedFinding[]> {
  const { champion } = context;
  const answered = champion === null ? undefined : await performanceRows(context, monitor);
  if (champion === null || answered === undefined) return [];
  const now = await answered.scored('champion', undefined, []);
  const window = watchedWindow({ atMs: answered.toMs }, monitor, now.scores.length);
  const too = (why?: string): JudgedFinding[] => [bins, line].map((about) => tooLittle(window, about, why));
  if (window.rows < monitor.leastRows) return too(`${window.rows} labels are back, ${monitor.leastRows} are needed`);
  const before = await testScores(context.ports.store, champion.scorecard.testScores);
  if (before === undefined)
    return too(`the scores of version ${champion.record.version}'s test rows are not kept any more`);
  const past = await quietPast(context, monitor, async () => []);
  return [binFinding(window, before, now, past(bins)), lineFinding(window, before, now, past(line))];
}

const bins = 'shares by score';
const line = 'slope and intercept';

/** Kept for 30 days unless told otherwise; cards of earlier code have none. */
async function testScores(store: ObjectStore, id: string | undefined): Promise<LabelledScores | undefined> {
  if (id === undefined || !(await store.has(objectKey(id)))) return undefined;
  const { labels, hours, scores } = await readTestScores(store, id);
  return { labels, hours, scores: scores.challenger };
}

function binFinding(
  window: WatchedWindow,
  before: LabelledScores,
  now: LabelledScores,
  past: readonly EarlierValue[],
): JudgedFinding {
  const found = scoreBinTest(before, now);
  if (found === undefined) return tooLittle(window, bins, tooFewHours);
  const { from, to, before: was, now: is } = found.bin;
  const range = Number.isFinite(to) ? `${figure(from)} to ${figure(to)}` : `${figure(from)} or more`;
  const moved = `of scores ${range} ${figure(100 * is)} % are positive, were ${figure(100 * was)} %`;
  return driftFinding(window, { about: bins, test: found.test, measure: largest, moved }, past);
}

const largest = 'largest move of a share by score, in standard errors,';
const tooFewHours = 'labels of 8 hours or more are needed, and of both classes';

function lineFinding(
  window: WatchedWindow,
  before: LabelledScores,
  now: LabelledScores,
  past: readonly EarlierValue[],
): JudgedFinding {
  const [was, is] = [recalibration(before), recalibration(now)];
  const test = was === undefined || is === undefined ? undefined : recalibrationTest(was, is, now.scores.length);
  if (was === undefined || is === undefined || test === undefined) return tooLittle(window, line, tooFewHours);
  const moved = `slope ${figure(is.slope)}, was ${figure(was.slope)}; intercept ${figure(is.intercept)}, was ${figure(was.intercept)}`;
  return driftFinding(
    window,
    { about: line, test, measure: 'move of the line from scores to shares, in standard errors,', moved },
    past,
  );
}
