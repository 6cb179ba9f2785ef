import { latencyQuantile } from '../core/trafficLine.ts';
import type { AnomalyMonitor } from '../core/watchPlan.ts';
import type { LookContext } from './lookContext.ts';
import { trafficBetween } from './trafficBetween.ts';

/** A figure of one window of time. */
export interface WindowFigure {
  readonly about: string;
  /** Rows a second, seconds, a share, or a mean score. */
  readonly value: number;
  /** Rows or requests that it is of. */
  readonly rows: number;
  /** Standard error of a mean. */
  readonly error?: number;
  /** More to tell of it. */
  readonly told?: string;
}

/** The figures of the window [fromMs, toMs); none where there is nothing to take them from. */
export function windowFigures(
  context: LookContext,
  of: AnomalyMonitor['of'],
  fromMs: number,
  toMs: number,
): Promise<WindowFigure[]> {
  return figures[of](context, fromMs, toMs);
}

type Figures = (context: LookContext, fromMs: number, toMs: number) => Promise<WindowFigure[]>;

const figures: Readonly<Record<AnomalyMonitor['of'], Figures>> = {
  rate: async (context, fromMs, toMs) => {
    const { rows } = await answered(context, fromMs, toMs, 'true');
    return [{ about: 'answered rows', value: rows / ((toMs - fromMs) / 1_000), rows }];
  },
  scores: async (context, fromMs, toMs) => {
    const { rows, mean, spread } = await answered(context, fromMs, toMs, `"variant" = 'champion'`);
    return mean === null ? [] : [{ about: 'mean score', value: mean, rows, error: (spread ?? 0) / Math.sqrt(rows) }];
  },
  latency: async ({ ports, plan }, fromMs, toMs) => {
    const { latency } = await trafficBetween(ports.store, plan.pipeline, fromMs, toMs);
    const rows = Object.values(latency).reduce<number>((sum, count = 0) => sum + count, 0);
    const shares = [
      ['median', 0.5],
      ['99th percentile', 0.99],
    ] as const;
    return shares.flatMap(([about, share]) => {
      const ms = latencyQuantile(latency, share);
      return ms === undefined ? [] : [{ about: `${about} of the latency`, value: ms / 1_000, rows }];
    });
  },
  errors: async ({ ports, plan }, fromMs, toMs) => {
    const { requests, errors } = await trafficBetween(ports.store, plan.pipeline, fromMs, toMs);
    if (requests === 0) return [];
    const codes = Object.entries(errors).sort(([, a], [, b]) => b - a);
    const failed = codes.reduce((sum, [, count]) => sum + count, 0);
    const [most] = codes;
    const told = most === undefined ? '' : `, ${most[1]} of them ${most[0]}`;
    return [{ about: 'failed requests', value: failed / requests, rows: requests, told }];
  },
};

interface Answered {
  readonly rows: number;
  readonly mean: number | null;
  readonly spread: number | null;
}

async function answered({ ports, rows }: LookContext, fromMs: number, toMs: number, where: string): Promise<Answered> {
  const logged = await rows(fromMs, toMs);
  if (logged === undefined) return { rows: 0, mean: null, spread: null };
  const [found] = await ports.database.rows<Answered>(
    `SELECT count(*)::DOUBLE AS "rows", avg("score") AS "mean", stddev_samp("score") AS "spread" FROM (${logged}) WHERE ${where}`,
  );
  return found ?? { rows: 0, mean: null, spread: null };
}
