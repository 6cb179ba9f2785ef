import { type Backtest, type BacktestTrack, backtestKey, backtestVersion, reportKey } from '../core/backtest.ts';
import { type BacktestCadence, backtestCadence } from '../core/backtestCadence.ts';
import { type BacktestInput, checkBacktestInput, usualCadences } from '../core/backtestInput.ts';
import { WhetError } from '../core/errors.ts';
import type { Plan } from '../core/plan.ts';
import { hourMs, hourOf, hourStart } from '../core/time.ts';
import { indexSource } from '../datasets/sources/indexSource.ts';
import { digestOfValue } from '../storage/digest.ts';
import { createJson, requireJson } from '../storage/objects.ts';
import { keepPlan } from './planOf.ts';
import type { Ports } from './ports.ts';
import { knownPlan } from './resolve.ts';

export interface OpenedBacktest {
  readonly backtest: Backtest;
  /** Whether it was done before. */
  readonly isDone: boolean;
}

/** Digits of an id: enough to tell all that a store will ever hold apart. */
const digits = 16;

/**
 * Pins a replay: the plan as it is now, and the courses of history to replay. The same question has the same id, under
 * which all that was done for it is found. Throws `pipeline.unknown`, `input.invalid`, `source.no-such-hour`.
 */
export async function openBacktest(ports: Ports, given: BacktestInput): Promise<OpenedBacktest> {
  const input = checkBacktestInput(given);
  const plan = knownPlan(ports, input.pipeline);
  const gate = typeof input.gate === 'string' ? knownPlan(ports, input.gate).gate : input.gate;
  const planId = await keepPlan(ports.store, plan);
  const id = digestOfValue({ backtestVersion, input: { ...input, gate }, planId }).slice(0, digits);
  await requireRows(ports, plan, input);
  const backtest: Backtest = { id, input, planId, plan, tracks: tracksOf(id, input, gate) };
  await createJson(ports.store, backtestKey(id), backtest);
  const isDone = await ports.store.has(reportKey(id));
  return { backtest: await requireJson<Backtest>(ports.store, backtestKey(id)), isDone };
}

async function requireRows(ports: Ports, { contract }: Plan, { from, hours }: BacktestInput): Promise<void> {
  const index = await indexSource(ports, contract);
  const end = hourStart(from) + hours * hourMs;
  if (end <= index.newestMs) return;
  throw new WhetError('source.no-such-hour', {
    expected: `a source with all hours up to ${hourOf(end)}`,
    came: `rows up to ${hourOf(index.newestMs)}`,
    todo: 'Begin earlier, or replay fewer hours.',
  });
}

function tracksOf(id: string, input: BacktestInput, gate: Plan['gate'] | undefined): BacktestTrack[] {
  const { retrainEvery = usualCadences, refreshEvery } = input;
  const cadences = [
    ...retrainEvery.map((text) => backtestCadence(text)),
    ...(refreshEvery === undefined ? [] : [backtestCadence(refreshEvery, 'refresh')]),
  ];
  const own = cadences.map((cadence) => trackOf(id, cadence));
  if (gate === undefined) return own;
  return [...own, ...cadences.map((cadence) => ({ ...trackOf(id, cadence, 'gate-'), gate }))];
}

function trackOf(id: string, cadence: BacktestCadence, before = ''): BacktestTrack {
  const name = `${before}${cadence.name.replace(' ', '-')}`;
  return { name, scope: `backtests/${id}/${name}`, cadence };
}
