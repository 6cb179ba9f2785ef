import { z } from 'zod';
import { type RetrainingPlan, usualRetraining } from '../core/retrainPlan.ts';
import type { Duration } from '../core/time.ts';
import { invalid } from './invalid.ts';
import { spanMs } from './spanMs.ts';

/** What holds triggers back. A person's word (`whet retrain`, the Web UI) is held back by none of it. */
export interface RetrainingDefinition {
  /** Of any 24 hours: the runs that may begin, 48 when left out, and the minutes that they may take, 720. */
  readonly budget?: { readonly runs?: number; readonly minutes?: number };
  /** From the start of one run to the next that something else than a schedule asks for; `30 minutes` when left out. */
  readonly coolDown?: Duration;
  /** After so many rejected candidates in a row, 3, a wait that doubles from `1 hour` up to `6 hours`. */
  readonly backOff?: { readonly after?: number; readonly from?: Duration; readonly atMost?: Duration };
  /** How many labels must have settled since the run before; 0 when left out. */
  readonly leastLabels?: number;
  /** What a run must be expected to give back of the metric that the search maximizes; 0 when left out. */
  readonly leastGain?: number;
  /** What 0.01 of that metric, lost for an hour, is worth of the machine's time; `1 minute` when left out. */
  readonly worth?: Duration;
}

const count = z.number('a whole number').optional();
const span = z.string("a duration such as '30 minutes'").optional();

/** The same, for the check at run time. */
export const retrainingShape = z.strictObject(
  {
    budget: z.strictObject({ runs: count, minutes: count }, 'an object with runs and minutes').optional(),
    coolDown: span,
    backOff: z
      .strictObject({ after: count, from: span, atMost: span }, 'an object with after, from and atMost')
      .optional(),
    leastLabels: count,
    leastGain: z.number('a number such as 0.003').optional(),
    worth: span,
  },
  'an object',
);

/** The section of the plan. Throws `pipeline.invalid` and `duration.invalid`, naming `place`. */
export function retrainingOf(definition: RetrainingDefinition, place: string): RetrainingPlan {
  const { budget = {}, coolDown, backOff = {}, leastLabels, leastGain = usualRetraining.leastGain, worth } = definition;
  const whole = (value: number | undefined, usual: number, least: number, at: string): number => {
    if (value === undefined) return usual;
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw invalid(`${place}.${at}`, `a whole number from ${least}`, value);
  };
  const span = (text: string | undefined, usual: number, at: string): number =>
    text === undefined ? usual : spanMs(text, `${place}.${at}`);
  if (!(leastGain >= 0)) throw invalid(`${place}.leastGain`, 'a number from 0, such as 0.003', leastGain);
  const usual = usualRetraining;
  const fromMs = span(backOff.from, usual.backOff.fromMs, 'backOff.from');
  const mostMs = span(backOff.atMost, Math.max(fromMs, usual.backOff.mostMs), 'backOff.atMost');
  if (mostMs < fromMs) throw invalid(`${place}.backOff.atMost`, 'no less than from', backOff.atMost);
  return {
    budget: {
      runs: whole(budget.runs, usual.budget.runs, 1, 'budget.runs'),
      minutes: whole(budget.minutes, usual.budget.minutes, 1, 'budget.minutes'),
    },
    coolDownMs: span(coolDown, usual.coolDownMs, 'coolDown'),
    backOff: { after: whole(backOff.after, usual.backOff.after, 1, 'backOff.after'), fromMs, mostMs },
    leastLabels: whole(leastLabels, usual.leastLabels, 0, 'leastLabels'),
    leastGain,
    worthSeconds: span(worth, 1_000 * usual.worthSeconds, 'worth') / 1_000,
  };
}
