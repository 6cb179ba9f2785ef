import {
  type Backtest,
  type BacktestTrack,
  modelKey,
  type ReplayedHour,
  type ReplayedModel,
  replayedHourKey,
} from '../core/backtest.ts';
import { type Look, outcomeOf } from '../core/look.ts';
import { type Hour, hourMs, hourOf, hourStart, hoursBetween } from '../core/time.ts';
import type { WatchPlan } from '../core/watchPlan.ts';
import { validatePartitions } from '../datasets/partitions/validatePartitions.ts';
import { latestSnapshot } from '../datasets/snapshots/freezeSnapshot.ts';
import { indexSource } from '../datasets/sources/indexSource.ts';
import { servedRows } from '../features/servedRows.ts';
import type { PackageShelf } from '../models/backtest/packageShelf.ts';
import { scoreHour as scoreRows } from '../models/backtest/scoreHour.ts';
import { lookAt } from '../monitoring/lookAt.ts';
import { answeringAt, replayedContext } from '../monitoring/replayedContext.ts';
import { readLedger } from '../registry/ledger.ts';
import { keepLook, lookTaken } from '../registry/looks.ts';
import { concurrently, storeHands } from '../storage/concurrently.ts';
import { createJson, readJson, requireJson } from '../storage/objects.ts';
import { createAlertActivities } from './alerts.ts';
import type { Ports } from './ports.ts';
import { portsIn } from './scopedPorts.ts';

/** Models that are older score no rows any more, unless one of them answers: decay is told up to two days. */
const oldestHours = 48;

export interface HourToScore {
  readonly backtest: Backtest;
  readonly hour: Hour;
}

/** Scores the rows of an hour by every model that was made by then and by whoever answers, and keeps them. Done once. */
export async function scoreHour(ports: Ports, shelf: PackageShelf, { backtest, hour }: HourToScore): Promise<void> {
  const { id, plan } = backtest;
  const key = replayedHourKey(id, hour);
  if (await ports.store.has(key)) return;
  const packages = await packagesAt(ports, backtest, hour);
  const scoped = portsIn(ports, { scope: `backtests/${id}` });
  const index = await indexSource(scoped, plan.contract);
  const previous = await latestSnapshot(scoped.store, plan.contract.id);
  const { parts } = await validatePartitions(scoped, plan.contract, index, [hour], previous);
  const [part] = parts;
  const rows = part === undefined || part.object === null ? undefined : await servedRows(ports, plan, part);
  const scores = rows === undefined ? null : await scoreRows(ports.store, shelf, rows, packages);
  const held: ReplayedHour = { hour, rows: rows?.rows ?? 0, scores, part: part?.object ?? null, packages };
  await createJson(ports.store, key, held);
}

async function packagesAt(ports: Ports, { id, plan, tracks, input }: Backtest, hour: Hour): Promise<string[]> {
  const oldest = Math.max(hourStart(input.from), hourStart(hour) - oldestHours * hourMs);
  const hours = hoursBetween(oldest, hourStart(hour) + hourMs);
  const models = await concurrently(hours, storeHands, (asOf) =>
    readJson<ReplayedModel>(ports.store, modelKey(id, asOf)),
  );
  const made = models.flatMap((model) => model?.package ?? []);
  const answering = await Promise.all(
    tracks.map(async (track) => {
      const ledger = await readLedger(portsIn(ports, track).store, plan.pipeline);
      const { champion, reference } = answeringAt(ledger, plan.pipeline, hourStart(hour)) ?? {};
      return [champion, reference].flatMap((version) => version?.package ?? []);
    }),
  );
  return [...new Set([...made, ...answering.flat()])];
}

export interface HourToLookBack extends HourToScore {
  readonly track: BacktestTrack;
}

/** Looks at a track at the end of an hour, as the watch would have, and judges alerts; tells what was off. Done once. */
export async function lookBack(ports: Ports, { backtest, track, hour }: HourToLookBack): Promise<number> {
  const { watch } = backtest.plan;
  const atMs = hourStart(hour) + hourMs;
  if (watch === undefined || !isLookDue(watch, hourStart(backtest.input.from), atMs)) return 0;
  const scoped = portsIn(ports, track);
  const { pipeline } = backtest.plan;
  const at = new Date(atMs).toISOString();
  const look =
    (await lookTaken(scoped.store, pipeline, at)) ??
    (await keepLook(scoped.store, await lookedBack(scoped, ports, backtest, atMs)));
  await createAlertActivities(scoped).raiseAlerts({ pipeline, look });
  return outcomeOf(look).counts.off;
}

async function lookedBack(scoped: Ports, { store }: Ports, backtest: Backtest, atMs: number): Promise<Look> {
  const { plan, planId } = backtest;
  const { database } = scoped;
  // As of a live one: the statements of a model under way may take seconds.
  const beside = { ...scoped, database: { ...database, run: database.runBeside, rows: database.rowsBeside } };
  const context = await replayedContext(beside, store, { backtest, plan, atMs });
  const findings = plan.watch === undefined ? [] : await lookAt(context, plan.watch);
  const { version = null, epoch = 0 } = context.routing ?? {};
  const champion = version === null ? null : { version, epoch };
  return { format: 1, pipeline: plan.pipeline, at: new Date(atMs).toISOString(), plan: planId, champion, findings };
}

/** A replay goes on by whole hours, so no look comes more often. */
function isLookDue({ everyMs }: WatchPlan, fromMs: number, atMs: number): boolean {
  const before = atMs - hourMs;
  return Math.floor((atMs - fromMs) / everyMs) > Math.floor((before - fromMs) / everyMs);
}

/** The hours that a back-test answers. */
export function hoursOf({ input }: Backtest): Hour[] {
  const from = hourStart(input.from);
  return hoursBetween(from, from + input.hours * hourMs).map((hour) => hourOf(hourStart(hour)));
}

/** An hour that was scored. Throws `storage.missing`. */
export function replayedHour(ports: Ports, id: string, hour: Hour): Promise<ReplayedHour> {
  return requireJson<ReplayedHour>(ports.store, replayedHourKey(id, hour));
}
