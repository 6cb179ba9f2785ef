import { decimals } from '../../../core/decimals.ts';
import type { Importance } from '../../../core/scorecard.ts';
import { type Chart, colors, size } from '../chart.ts';

/** What each feature is worth to the model: bars with the deviation of the draws. */
export function importanceChart({ features, rows, repeats }: Importance): Chart {
  const values = features.map(({ feature, logLoss: { mean, deviation } }) => ({
    ...{ feature, mean, low: mean - deviation, high: mean + deviation },
  }));
  const y = { field: 'feature', type: 'nominal', sort: null, title: null } as const;
  const x = { field: 'mean', type: 'quantitative', title: 'log loss rises by' } as const;
  const bar = { type: 'bar', color: colors[0] } as const;
  const rule = { type: 'rule', color: colors[1], strokeWidth: 2 } as const;
  return {
    title: 'Features',
    text: `By how much log loss rises when a feature's values are shuffled among ${rows} test rows; mean and deviation of ${repeats} draws. Features that tell the same share it.`,
    spec: {
      width: size.width,
      height: { step: 22 },
      data: { values },
      layer: [
        { mark: bar, encoding: { y, x } },
        { mark: rule, encoding: { y, x: { ...x, field: 'low' }, x2: { field: 'high' } } },
      ],
    },
    head: ['feature', 'log loss rises by', 'auc falls by'],
    rows: features.map(({ feature, logLoss, auc }) => [feature, spread(logLoss), auc === null ? 'none' : spread(auc)]),
  };
}

function spread({ mean, deviation }: { readonly mean: number; readonly deviation: number }): string {
  return `${decimals(mean)} ± ${decimals(deviation)}`;
}
