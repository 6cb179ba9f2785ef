import { figure, type JudgedFinding } from '../core/judgedFinding.ts';
import { fewestAlike, medianOf, spikeTest } from '../core/spikeTest.ts';
import { durationText } from '../core/time.ts';
import type { AnomalyMonitor } from '../core/watchPlan.ts';
import { alikeFigures } from './alikeFigures.ts';
import { tooLittle, type WatchedWindow, watchedWindow } from './driftFinding.ts';
import type { LookContext } from './lookContext.ts';
import { type WindowFigure, windowFigures } from './windowFigures.ts';

/** Rate, latency, errors or scores of the last minutes against the same time of earlier days: spikes and dips. */
export async function anomaly(context: LookContext, monitor: AnomalyMonitor): Promise<JudgedFinding[]> {
  if (context.champion === null) return [];
  const now = await windowFigures(context, monitor.of, context.atMs - monitor.overMs, context.atMs);
  if (now.length === 0) return [];
  const earlier = await alikeFigures(context, monitor);
  const falseAlarms = context.plan.watch?.falseAlarms ?? usualFalseAlarms;
  return now.map((one) => {
    const window = watchedWindow(context, monitor, one.rows);
    return judged(window, monitor, one, earlier.get(one.about) ?? [], falseAlarms);
  });
}

const usualFalseAlarms = 0.01;

function judged(
  window: WatchedWindow,
  { of, by, overMs, leastRows }: AnomalyMonitor,
  now: WindowFigure,
  earlier: readonly WindowFigure[],
  falseAlarms: number,
): JudgedFinding {
  const { about, value } = now;
  // Few rows are what a dip of the rate is.
  if (of !== 'rate' && now.rows < leastRows) return tooLittle(window, about);
  const { leastRows: _, ...base } = window;
  const told = `${about}: ${shown(of, value)} over ${durationText(overMs)}${now.told ?? ''}`;
  if (earlier.length < fewestAlike) {
    const text = `${told}; ${earlier.length} windows like it are known, ${fewestAlike} are needed`;
    return { ...base, about, state: 'too little to say', value, limit: null, text };
  }
  const scale = scales[of];
  const on = (one: WindowFigure): number => scale.of(one, overMs);
  const test = spikeTest(on(now), earlier.map(on), scale.least(now), of === 'errors' ? 'above' : 'both');
  const median = medianOf(earlier.map((one) => one.value));
  const isFar = scale.away(value, median) >= by;
  const side = value < median ? -1 : 1;
  const farthest = [scale.back(test.median + side * test.reach(falseAlarms), now, overMs), scale.at(median, side * by)];
  const isOff = isFar && test.pValue <= falseAlarms;
  const word = isOff ? `: a ${side === 1 ? 'spike' : 'dip'}, p = ${figure(test.pValue)}` : '';
  return {
    ...{ ...base, about, state: isOff ? 'off' : 'fine', value },
    // What is too near to matter is no test of the look.
    ...(isFar ? { pValue: test.pValue } : {}),
    limit: side === 1 ? Math.max(...farthest) : Math.min(...farthest),
    text: `${told}; the median of ${earlier.length} windows like it is ${shown(of, median)}${word}`,
  };
}

/** A scale on which chance spreads a figure by as much wherever it lies, and what is far apart on it. */
interface Scale {
  of(figure: WindowFigure, overMs: number): number;
  /** The value there. */
  back(scaled: number, now: WindowFigure, overMs: number): number;
  /** What chance alone spreads it by. */
  least(now: WindowFigure): number;
  away(value: number, median: number): number;
  /** The value so far away. */
  at(median: number, by: number): number;
}

const asShare = {
  away: (value: number, median: number) => Math.abs(value / median - 1),
  at: (median: number, by: number) => median * (1 + by),
};
const asDifference = {
  away: (value: number, median: number) => Math.abs(value - median),
  at: (median: number, by: number) => median + by,
};

const scales: Readonly<Record<AnomalyMonitor['of'], Scale>> = {
  // Counts of Poisson: Anscombe 1948.
  rate: {
    ...asShare,
    of: ({ rows }) => 2 * Math.sqrt(rows + 3 / 8),
    back: (scaled, _, overMs) => Math.max(0, (Math.max(0, scaled) / 2) ** 2 - 3 / 8) / (overMs / 1_000),
    least: () => 1,
  },
  // Binomial shares: the same.
  errors: {
    ...asDifference,
    of: ({ value, rows }) => 2 * Math.asin(Math.sqrt((value * rows + 3 / 8) / (rows + 3 / 4))),
    back: (scaled) => Math.sin(Math.min(Math.PI, Math.max(0, scaled)) / 2) ** 2,
    least: ({ rows }) => 1 / Math.sqrt(rows + 0.5),
  },
  // Times vary by factors; the buckets that they are counted in are 9 % wide.
  latency: {
    ...asShare,
    of: ({ value }) => Math.log(value),
    back: (scaled) => Math.exp(scaled),
    least: () => Math.LN2 / 8,
  },
  scores: {
    ...asDifference,
    of: ({ value }) => value,
    back: (scaled) => scaled,
    least: ({ error = 0 }) => error,
  },
};

function shown(of: AnomalyMonitor['of'], value: number): string {
  if (of === 'rate') return `${figure(value)} a second`;
  if (of === 'latency') return `${figure(value * 1_000)} ms`;
  return of === 'errors' ? `${figure(100 * value)} %` : figure(value);
}
