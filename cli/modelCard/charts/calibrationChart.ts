import type { Curves } from '../../../core/curves.ts';
import { type Chart, colors, digits, guide, share, size } from '../chart.ts';

/** The reliability diagram (Murphy and Winkler 1977), as far as there are scores. */
export function calibrationChart({ calibration }: Curves): Chart {
  const most = Math.max(...calibration.flatMap(({ score, rate, high }) => [score, rate, high ?? 0]));
  const end = Math.min(1, 1.05 * most);
  const [x, y] = [share('score', 'mean score', end), share('rate', 'share of positive rows', end)];
  const perfect = [
    { score: 0, rate: 0 },
    { score: end, rate: end },
  ];
  const interval = { type: 'rule', color: colors[0], clip: true } as const;
  const dot = { type: 'point', filled: true, opacity: 1, size: 50, color: colors[0] } as const;
  const ranged = calibration.filter(({ low }) => low !== null);
  return {
    title: 'Calibration',
    text: 'Ten bins of as many rows, by score: the share of positive rows with its 95 % interval. On the dashed line scores are shares.',
    spec: {
      ...size,
      layer: [
        guide(perfect, x, y),
        { data: { values: ranged }, mark: interval, encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } } },
        { data: { values: [...calibration] }, mark: dot, encoding: { x, y } },
      ],
    },
    head: ['mean score', 'rows', 'share of positives', '95 % interval'],
    rows: calibration.map(({ score, rows, rate, low, high }) => [
      digits(score),
      String(rows),
      digits(rate),
      low === null ? 'none' : `${digits(low)} to ${digits(high)}`,
    ]),
  };
}
