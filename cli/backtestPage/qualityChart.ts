import type { CadenceResult } from '../../core/backtest.ts';
import { numberText } from '../backtestTables.ts';
import { type Chart, colors } from '../modelCard/chart.ts';
import { isoOf, timeAxis, wide } from './wide.ts';

/** The AUC of each hour's answers, cadence by cadence. */
export function qualityChart(cadences: Readonly<Record<string, CadenceResult>>): Chart {
  const names = Object.keys(cadences);
  const values = Object.entries(cadences).flatMap(([cadence, { served }]) =>
    served.flatMap(({ hour, auc }) => (auc === null ? [] : [{ time: isoOf(hour), auc, cadence }])),
  );
  const color = { field: 'cadence', type: 'nominal', title: 'retrained every' } as const;
  const range = names.map((_, at) => colors[at % colors.length] ?? colors[0]);
  return {
    title: 'Quality over time',
    text: 'The AUC of the answers of each hour, by who would have answered under each cadence. All cadences answer the same rows, so an hour in which all fall is a hard hour.',
    spec: {
      ...wide,
      data: { values },
      mark: { type: 'line', point: { size: 18 } },
      encoding: {
        x: timeAxis('time'),
        y: { field: 'auc', type: 'quantitative', title: 'AUC', scale: { zero: false } },
        color: { ...color, scale: { domain: names, range } },
      },
    },
    head: ['hour', ...names],
    rows: (cadences[names[0] ?? '']?.served ?? []).map(({ hour }, place) => [
      hour,
      ...names.map((name) => numberText(cadences[name]?.served[place]?.auc ?? null)),
    ]),
  };
}
