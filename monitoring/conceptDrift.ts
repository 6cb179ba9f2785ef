import { figure, type JudgedFinding } from '../core/judgedFinding.ts';
import { type LabelledScores, recalibration, recalibrationTest } from '../core/recalibration.ts';
import { scoreBinTest } from '../core/scoreBins.ts';
import { hourMs } from '../core/time.ts';
import type { ConceptDriftMonitor } from '../core/watchPlan.ts';
import { readTestScores } from '../models/testScores.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { objectKey } from '../storage/objects.ts';
import { driftFinding, tooLittle, type WatchedWindow, watchedWindow } from './driftFinding.ts';
import { mostRows } from './liveFeatures.ts';
import type { LookContext } from './lookContext.ts';
import { quietPast } from './quietPast.ts';

/**
 * Whether rows of one score are positive as often as on the champion's test rows: bin by bin, and by the line that turns
 * scores into shares. Of rows old enough that all their labels should be back: those that come back early are others.
 */
export async function conceptDrift(context: LookContext, monitor: ConceptDriftMonitor): Promise<JudgedFinding[]> {
  const { champion, plan } = context;
  if (champion === null) return [];
  const settledMs = context.atMs - plan.label.settlesWithinMs;
  const now = await labelledScores(context, monitor.overMs);
  const window = watchedWindow({ atMs: settledMs }, monitor, now.scores.length);
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

/** The scores of whoever was champion then, of rows whose labels have all had their time. */
async function labelledScores(
  { ports, plan, atMs, sourceNowMs, rows }: LookContext,
  overMs: number,
): Promise<LabelledScores> {
  const { settlesWithinMs } = plan.label;
  const logged = await rows(atMs - overMs - settlesWithinMs, atMs);
  if (logged === undefined) return { scores: [], labels: [], hours: new Uint32Array() };
  const untilMs = sourceNowMs - settlesWithinMs;
  const scored = `SELECT "predictionId", coalesce("eventTime", "answeredAt") AS "at", "label",
      CASE WHEN "variant" = 'champion' THEN "score" ELSE "others"['champion']."score" END AS "score" FROM (${logged})`;
  const found = await ports.database.rows<{ hour: number; score: number; label: number }>(
    `SELECT ("at" // ${hourMs})::DOUBLE AS "hour", "score", "label"::INTEGER AS "label" FROM (${scored})
      WHERE "label" IS NOT NULL AND "score" IS NOT NULL AND "at" >= ${untilMs - overMs} AND "at" < ${untilMs}
      ORDER BY hash("predictionId") LIMIT ${mostRows}`,
  );
  return {
    scores: Float64Array.from(found, ({ score }) => score),
    labels: Uint8Array.from(found, ({ label }) => label),
    hours: Uint32Array.from(found, ({ hour }) => hour),
  };
}

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
  past: readonly number[],
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
  past: readonly number[],
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
