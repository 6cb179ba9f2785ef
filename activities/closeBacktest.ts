import {
  type Backtest,
  type BacktestReport,
  type BacktestTrack,
  type BacktestTurn,
  type CadenceResult,
  modelKey,
  type ReplayedHour,
  type ReplayedModel,
  reportKey,
  type ServedHour,
  turnKey,
} from '../core/backtest.ts';
import { recommendInterval } from '../core/economics.ts';
import { halfLife } from '../core/halfLife.ts';
import type { LedgerEntry } from '../core/ledger.ts';
import { usualRetraining } from '../core/retrainPlan.ts';
import { ruleText } from '../core/ruleText.ts';
import { type Hour, hourMs, hourStart } from '../core/time.ts';
import { agedPairs } from '../models/backtest/agedPairs.ts';
import { decayOf } from '../models/backtest/decayOf.ts';
import { pooledAuc, type ScoredHour } from '../models/backtest/pooledAuc.ts';
import { type HourScores, readHourScores } from '../models/backtest/readHourScores.ts';
import { answeringAt } from '../monitoring/replayedContext.ts';
import { readLedger } from '../registry/ledger.ts';
import { concurrently, storeHands } from '../storage/concurrently.ts';
import { createJson, readJson } from '../storage/objects.ts';
import { hoursOf, replayedHour } from './backtestHour.ts';
import { replayedAlerts, replayedLooks } from './backtestWatch.ts';
import type { Ports } from './ports.ts';
import { portsIn } from './scopedPorts.ts';

/** What the whole replay comes to, from what was kept hour by hour; written once, at `backtests/<id>/report.json`. */
export async function closeBacktest(ports: Ports, backtest: Backtest): Promise<void> {
  const { id, input, plan, planId, tracks } = backtest;
  const hours = await heldHours(ports, backtest);
  const models = await heldModels(ports, backtest);
  const pairs = hours.flatMap(({ held, scores }) => agedPairs(held.hour, scores, models));
  const { bins, ages } = decayOf(pairs);
  const decay = ages.map(({ hours: ageHours, auc: loss, rows: weight }) => ({ ageHours, loss, weight }));
  const results = await Promise.all(
    tracks.map(async (track) => [track, await resultOf(ports, backtest, track, hours)] as const),
  );
  const named = (isWanted: (track: BacktestTrack) => boolean) =>
    Object.fromEntries(results.flatMap(([track, result]) => (isWanted(track) ? [[track.cadence.name, result]] : [])));
  const gate = tracks.find((track) => track.gate !== undefined)?.gate;
  const report: BacktestReport = {
    ...{ id, pipeline: plan.pipeline, from: input.from, hours: input.hours },
    ...{ search: input.search ?? 'once', plan: planId },
    rows: hours.reduce((sum, { held }) => sum + held.rows, 0),
    labelled: hours.reduce((sum, { scores }) => sum + scores.labels.length, 0),
    cadences: named((track) => track.gate === undefined),
    ...(gate && { gate: { rules: gate.map(ruleText), cadences: named((track) => track.gate !== undefined) } }),
    ...{ decay: bins, ages, halfLifeHours: halfLife(decay) },
    recommendedInterval: recommendInterval({
      decay,
      retrainSeconds: retrainSeconds(results.map(([, one]) => one)),
      worthSeconds: (plan.retraining ?? usualRetraining).worthSeconds,
    }),
  };
  await createJson(ports.store, reportKey(id), report);
}

interface HeldHour {
  readonly held: ReplayedHour;
  readonly scores: HourScores;
}

/** One after the other: an hour's scores are read by one statement, on the connection that all share. */
async function heldHours(ports: Ports, backtest: Backtest): Promise<HeldHour[]> {
  const found: HeldHour[] = [];
  for (const hour of hoursOf(backtest)) {
    const held = await replayedHour(ports, backtest.id, hour);
    found.push({ held, scores: await readHourScores(ports, held, Number.MAX_SAFE_INTEGER) });
  }
  return found;
}

async function heldModels(ports: Ports, backtest: Backtest): Promise<Map<Hour, ReplayedModel>> {
  const models = await concurrently(hoursOf(backtest), storeHands, (hour) =>
    readJson<ReplayedModel>(ports.store, modelKey(backtest.id, hour)),
  );
  return new Map(models.flatMap((model) => (model === undefined ? [] : [[model.asOf, model]])));
}

async function resultOf(
  ports: Ports,
  backtest: Backtest,
  track: BacktestTrack,
  hours: readonly HeldHour[],
): Promise<CadenceResult> {
  const { store } = portsIn(ports, track);
  const { pipeline } = backtest.plan;
  const fromMs = hourStart(backtest.input.from);
  const ledger = await readLedger(store, pipeline);
  const held = await concurrently(hoursOf(backtest), storeHands, (hour) =>
    readJson<BacktestTurn>(store, turnKey(hour)),
  );
  const turns = held.filter((turn) => turn !== undefined);
  const answered = hours.flatMap((hour) => answeredHour(hour, ledger, pipeline));
  const whole = pooledAuc(answered.flatMap(({ scored }) => (scored === null ? [] : [scored])));
  const count = (isCounted: (turn: BacktestTurn) => boolean): number => turns.filter(isCounted).length;
  return {
    ...{ auc: whole?.value ?? null, low: whole?.low ?? null, high: whole?.high ?? null },
    retrains: count(({ kind }) => kind === 'retrain'),
    refreshes: count(({ kind }) => kind === 'refresh'),
    promotions: count(({ outcome }) => outcome === 'promoted'),
    rejections: count(({ outcome }) => outcome === 'rejected'),
    seconds: turns.reduce((sum, { seconds }) => sum + seconds, 0),
    served: answered.map(({ served }) => served),
    turns,
    alerts: await replayedAlerts(store, pipeline),
    looks: await replayedLooks(store, pipeline, fromMs, fromMs + (backtest.input.hours + 1) * hourMs),
  };
}

interface AnsweredHour {
  readonly served: ServedHour;
  readonly scored: ScoredHour | null;
}

function answeredHour({ held, scores }: HeldHour, ledger: readonly LedgerEntry[], pipeline: string): AnsweredHour {
  const { hour, rows } = held;
  const atMs = hourStart(hour);
  const champion = answeringAt(ledger, pipeline, atMs)?.champion;
  const answers = scores.scores.get(champion?.package ?? '');
  if (champion === undefined || answers === undefined)
    return { served: { hour, version: champion?.version ?? null, age: 0, rows, auc: null }, scored: null };
  const scored = { hour: atMs / hourMs, labels: scores.labels, scores: answers };
  const age = (atMs - hourStart(champion.asOf)) / hourMs;
  return { served: { hour, version: champion.version, age, rows, auc: pooledAuc([scored])?.value ?? null }, scored };
}

/** What one retraining takes: the mean over those that a cadence made. The first one of all searched, where it searched once. */
function retrainSeconds(results: readonly CadenceResult[]): number {
  const all = results.flatMap(({ turns }) => turns.filter(({ kind }) => kind === 'retrain'));
  const later = results.flatMap(({ turns }) => turns.slice(1).filter(({ kind }) => kind === 'retrain'));
  const counted = later.length > 0 ? later : all;
  return counted.reduce((sum, { seconds }) => sum + seconds, 0) / counted.length;
}
