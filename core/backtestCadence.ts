import { WhetError } from './errors.ts';

/** How a replayed pipeline is kept sharp: by retraining, or by new tables under the weights of its first hour. */
export interface BacktestCadence {
  /** As it was asked for, `6h` or `never`; of tables `refresh 1h`. */
  readonly name: string;
  readonly kind: 'retrain' | 'refresh';
  /** Null: never again after the first hour. */
  readonly everyHours: number | null;
}

/** `6h`, `1d` or `never`, as people type it. Throws `input.invalid`. */
export function backtestCadence(text: string, kind: BacktestCadence['kind'] = 'retrain'): BacktestCadence {
  const name = kind === 'refresh' ? `refresh ${text}` : text;
  if (text === 'never') return { name, kind, everyHours: null };
  const [, count, unit] = /^([1-9]\d{0,2})([hd])$/.exec(text) ?? [];
  if (count !== undefined) return { name, kind, everyHours: Number(count) * (unit === 'd' ? 24 : 1) };
  throw new WhetError('input.invalid', { expected: "a cadence such as '6h', '1d' or 'never'", came: `'${text}'` });
}

/** Whether its turn comes at the hour of that place, counted from 0: every replay begins with a model. */
export function isDue({ everyHours }: BacktestCadence, place: number): boolean {
  return place === 0 || (everyHours !== null && place % everyHours === 0);
}
