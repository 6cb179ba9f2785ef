import type { BacktestReport } from '../../core/backtest.ts';
import { lossCurve } from '../../core/economics.ts';
import { ageText, intervalText, numberText } from '../backtestTables.ts';
import { type Chart, colors } from '../modelCard/chart.ts';
import { wide } from './wide.ts';

/** What a model loses by its age: each whole hour with its interval, the curve that never falls, and the half-life. */
export function decayChart({ ages, decay, halfLifeHours }: BacktestReport): Chart {
  const points = ages.map(({ hours, auc, low, high }) => ({ hours, lost: auc, low, high }));
  const curve = lossCurve(ages.map(({ hours, auc, rows }) => ({ ageHours: hours, loss: auc, weight: rows })));
  const x = { field: 'hours', type: 'quantitative', title: 'age of the model, hours' } as const;
  const y = { field: 'lost', type: 'quantitative', title: 'AUC lost' } as const;
  const line = curve.map(({ ageHours, loss }) => ({ hours: ageHours, lost: loss }));
  const half =
    halfLifeHours === null ? [] : [{ hours: halfLifeHours, text: `half-life ${halfLifeHours.toFixed(1)} h` }];
  const dashes = { strokeDash: [4, 4], color: 'currentColor', opacity: 0.6 };
  return {
    title: 'Quality by age',
    text: `What a model loses against one that was made at the very hour of the rows, on the same rows: by each hour of age with its 95 % interval, clustered by hour.${halfLifeHours === null ? '' : ` Half of what is lost after a day is lost after ${halfLifeHours.toFixed(1)} hours.`}`,
    spec: {
      ...wide,
      layer: [
        {
          data: { values: points.filter(({ low }) => low !== null) },
          mark: { type: 'area', color: colors[0], opacity: 0.18 },
          encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } },
        },
        { data: { values: line }, mark: { type: 'line', color: colors[1], strokeWidth: 2 }, encoding: { x, y } },
        {
          data: { values: points },
          mark: { type: 'point', filled: true, opacity: 1, color: colors[0] },
          encoding: { x, y },
        },
        { data: { values: half }, mark: { type: 'rule', ...dashes }, encoding: { x } },
        {
          data: { values: half },
          mark: { type: 'text', align: 'left', dx: 6, y: 12, color: 'currentColor' },
          encoding: { x, text: { field: 'text' } },
        },
      ],
    },
    head: ['age', 'rows', 'AUC lost', '95 % interval'],
    rows: [
      ...decay.map((bin) => [ageText(bin), `${bin.rows}`, numberText(bin.auc), intervalText(bin.low, bin.high)]),
      ...ages.map((age) => [`${age.hours} h`, `${age.rows}`, numberText(age.auc), intervalText(age.low, age.high)]),
    ],
  };
}
