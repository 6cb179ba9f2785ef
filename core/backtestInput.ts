import { backtestCadence } from './backtestCadence.ts';
import { WhetError } from './errors.ts';
import type { GateRule } from './gatePlan.ts';
import { type Hour, hourOf, hourStart } from './time.ts';

/** What `backtest` takes, from the command or the Web UI: `{"pipeline": "flight-delays", "from": "2001-03-01T12", "hours": 48}`. */
export interface BacktestInput {
  readonly pipeline: string;
  /** The first hour that is answered. */
  readonly from: Hour;
  readonly hours: number;
  /** `1h`, `6h`, `24h` and `never` when left out. */
  readonly retrainEvery?: readonly string[];
  /** One cadence more: the weights of the first hour, with tables that are renewed so often. */
  readonly refreshEvery?: string;
  /** Whether parameters are searched for once, and refitted later, or at every retraining. */
  readonly search?: 'once' | 'every';
  /** Other rules, or the pipeline whose rules they are: every cadence is replayed under them as well. */
  readonly gate?: string | readonly GateRule[];
}

export const usualCadences = ['1h', '6h', '24h', 'never'] as const;

/** A month: each hour is scored by every model of two days. */
const mostHours = 744;

const example = 'Send for example {"pipeline": "flight-delays", "from": "2001-03-01T12", "hours": 48}.';

/** Checks what a person or a program sent. Throws `input.invalid`. */
export function checkBacktestInput(input: unknown): BacktestInput {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) throw refused('an object', input);
  const { pipeline, from, hours, retrainEvery, refreshEvery, search, gate, ...others } = input as Record<
    string,
    unknown
  >;
  const extra = Object.keys(others)[0];
  if (extra !== undefined) throw refused("'pipeline', 'from', 'hours' and what a back-test takes besides", extra);
  if (typeof pipeline !== 'string' || pipeline === '') throw refused("the pipeline's id in 'pipeline'", pipeline);
  if (typeof from !== 'string') throw refused("an hour as text in 'from'", from);
  if (typeof hours !== 'number' || !Number.isSafeInteger(hours) || hours < 1 || hours > mostHours)
    throw refused(`a whole number from 1 to ${mostHours} in 'hours'`, hours);
  if (search !== undefined && search !== 'once' && search !== 'every') throw refused("'once' or 'every'", search);
  return {
    ...{ pipeline, from: hourOf(hourStart(from, 'from')), hours },
    ...(retrainEvery !== undefined && { retrainEvery: cadencesOf(retrainEvery) }),
    ...(refreshEvery !== undefined && { refreshEvery: refreshOf(refreshEvery) }),
    ...(search !== undefined && { search }),
    ...(gate !== undefined && { gate: gateOf(gate) }),
  };
}

function cadencesOf(given: unknown): string[] {
  if (!Array.isArray(given) || given.length === 0) throw refused("a list of cadences in 'retrainEvery'", given);
  const names = given.map((one) => backtestCadence(String(one)).name);
  return [...new Set(names)];
}

function refreshOf(given: unknown): string {
  if (typeof given !== 'string' || backtestCadence(given).everyHours === null)
    throw refused("a cadence such as '1h' in 'refreshEvery'", given);
  return given;
}

function gateOf(given: unknown): string | readonly GateRule[] {
  if (typeof given === 'string' && given !== '') return given;
  if (Array.isArray(given) && given.length > 0) return given as GateRule[];
  throw refused("a pipeline's id or a list of rules in 'gate'", given);
}

function refused(expected: string, came: unknown): WhetError {
  return new WhetError('input.invalid', { expected, came: JSON.stringify(came) ?? 'nothing', todo: example });
}
