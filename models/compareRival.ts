import { WhetError } from '../core/errors.ts';
import type { ModelPackage } from '../core/modelPackage.ts';
import type { Plan } from '../core/plan.ts';
import type { Comparison } from '../core/scorecard.ts';
import type { Snapshot } from '../core/snapshot.ts';
import { type Hour, hourMs, hourStart } from '../core/time.ts';
import { longestLookbackMs, type RunWindow } from '../core/window.ts';
import type { DataPorts } from '../datasets/dataPorts.ts';
import { buildMatrix } from '../features/buildMatrix.ts';
import { differencesOf, estimatesOf, type Measured, type Measuring, measureWithDraws } from './estimateMetrics.ts';
import type { JudgedRows } from './judgedRows.ts';
import { scoreParts } from './scoreParts.ts';

/** A version that the challenger is compared with: the champion or the reference, with the plan it was made by. */
export interface Rival {
  readonly version: number;
  readonly package: ModelPackage;
  readonly plan: Plan;
}

export interface ComparedRival {
  readonly comparison: Comparison;
  /** One per row of the challenger: with tables as old as the rival's own, and with tables of the same hour. */
  readonly scores: { readonly older: Float32Array; readonly same: Float32Array };
}

/** The challenger's side of a comparison. */
export interface Challenger {
  readonly plan: Plan;
  readonly snapshot: Snapshot;
  readonly window: RunWindow;
  readonly rows: JudgedRows;
  readonly measured: readonly Measured[];
  readonly measuring: Measuring;
}

/** Tables older than a day say no more about what not promoting would mean: someone will have mended it by then. */
const mostHoursOlder = 24;

/**
 * Scores the rival on the challenger's test rows, by the rival's own features: once with tables as much older as its
 * `asOf` is (which is what not promoting the challenger means), once with tables of the same hour. Throws
 * `scorecard.not-comparable`, and `snapshot.missing-hour` where the rival looks back further than the snapshot.
 */
export async function compareRival(ports: DataPorts, rival: Rival, challenger: Challenger): Promise<ComparedRival> {
  const tablesOlderByHours = hoursOlder(rival, challenger);
  const same = await against(ports, rival, challenger, 0);
  const older = tablesOlderByHours === 0 ? same : await against(ports, rival, challenger, tablesOlderByHours);
  return {
    comparison: {
      version: rival.version,
      tablesOlderByHours,
      threshold: rival.package.threshold,
      ...older.estimates,
      sameTables: same.estimates,
    },
    scores: { older: older.scores, same: same.scores },
  };
}

/** A window too short to make tables so old makes them as old as it can: that favours the rival. */
function hoursOlder(rival: Rival, { window, snapshot }: Challenger): number {
  const byAsOf = hoursFrom(rival.package.asOf, window.asOf);
  const [first, test] = [snapshot.parts[0]?.hour ?? window.asOf, window.test[0] ?? window.cutoff];
  const byRows = hoursFrom(first, test) - longestLookbackMs(rival.plan) / hourMs;
  return Math.max(0, Math.min(mostHoursOlder, byAsOf, byRows));
}

function hoursFrom(from: Hour, to: Hour): number {
  return (hourStart(to) - hourStart(from)) / hourMs;
}

async function against(
  ports: DataPorts,
  rival: Rival,
  { plan, snapshot, window, rows, measured, measuring }: Challenger,
  tablesOlderByHours: number,
): Promise<{ estimates: Comparison['sameTables']; scores: Float32Array }> {
  const parts = await buildMatrix(ports, rival.plan, snapshot, window.test, { tablesOlderByHours });
  const scored = await scoreParts(ports.store, parts, rival.package, window.asOf);
  requireSameRows(rival, rows, scored.rows);
  const own = await measureWithDraws(plan.scorecard.metrics, rows, scored.scores, {
    ...measuring,
    threshold: rival.package.threshold,
  });
  const estimates = { metrics: estimatesOf(own, rows), difference: differencesOf(measured, own, rows) };
  return { estimates, scores: scored.scores };
}

/** Pairs stand by their place, so places must mean the same row: the same hours and labels all along. */
function requireSameRows(rival: Rival, rows: JudgedRows, scored: JudgedRows): void {
  if (rows.labels.length !== scored.labels.length) {
    throw notComparable(rival, `${rows.labels.length} settled test rows`, `${scored.labels.length}`);
  }
  const at = rows.labels.findIndex(
    (label, row) => label !== scored.labels[row] || rows.hours[row] !== scored.hours[row],
  );
  if (at === -1) return;
  const text = ({ labels, hours }: JudgedRows): string => `label ${labels[at]} in test hour ${hours[at]}`;
  throw notComparable(rival, `${text(rows)} at row ${at}`, text(scored));
}

function notComparable(rival: Rival, expected: string, came: string): WhetError {
  return new WhetError('scorecard.not-comparable', {
    expected: `${expected}, as the challenger's label gives`,
    came: `${came} by the label of version ${rival.version}`,
  });
}
