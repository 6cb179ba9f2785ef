import { higherIsBetter } from './metricDirection.ts';
import type { TrialValue } from './scheduledTrial.ts';
import type { MetricName } from './scorecardPlan.ts';

/** Counts the trials of each rung, for people. */
export interface RungTally {
  add(rung: number, value: TrialValue): void;
  /** A line for each rung: `rung 1: best auc 0.7123 of 21 trials`. */
  lines(): string[];
  total(): number;
}

export function openTally(metric: MetricName): RungTally {
  const rungs = new Map<number, { trials: number; best: TrialValue }>();
  const add: RungTally['add'] = (rung, value) => {
    const { trials, best } = rungs.get(rung) ?? { trials: 0, best: null };
    rungs.set(rung, { trials: trials + 1, best: value === null || (best !== null && best > value) ? best : value });
  };
  const text = (best: TrialValue): string =>
    best === null ? 'none: all diverged' : (higherIsBetter(metric) ? best : -best).toFixed(4);
  const lines: RungTally['lines'] = () =>
    [...rungs]
      .sort(([a], [b]) => a - b)
      .map(([rung, { trials, best }]) => `rung ${rung}: best ${metric} ${text(best)} of ${counted(trials)}`);
  return { add, lines, total: () => [...rungs.values()].reduce((sum, { trials }) => sum + trials, 0) };
}

function counted(trials: number): string {
  return `${trials} trial${trials === 1 ? '' : 's'}`;
}
