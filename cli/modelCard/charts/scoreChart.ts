import type { Curves } from '../../../core/curves.ts';
import { type Chart, colors, digits, size } from '../chart.ts';

/** How scores are spread, by the words of the two labels; bins above the highest score are left out. */
export function scoreChart({ histogram }: Curves, positive: string, negative: string): Chart {
  const step = 1 / histogram.length;
  const bins = histogram.map((bin, at) => ({ ...bin, from: at * step, to: (at + 1) * step }));
  const last = bins.findLastIndex((bin) => bin.positives + bin.negatives > 0);
  const filled = bins.slice(0, last + 1);
  const values = filled.flatMap(({ from, to, positives, negatives }) => [
    { from, to, rows: negatives, label: negative },
    { from, to, rows: positives, label: positive },
  ]);
  const scale = { domain: [negative, positive], range: [colors[0], colors[1]] };
  return {
    title: 'Scores',
    text: 'How many test rows have which score, by what came true.',
    spec: {
      ...size,
      data: { values },
      mark: { type: 'bar', binSpacing: 0 },
      encoding: {
        x: { field: 'from', bin: { binned: true, step }, title: 'score' },
        x2: { field: 'to' },
        y: { field: 'rows', type: 'quantitative', stack: true, title: 'rows' },
        color: { field: 'label', type: 'nominal', title: null, scale },
      },
    },
    head: ['score from', `rows ${negative}`, `rows ${positive}`],
    rows: filled.map((bin) => [digits(bin.from), String(bin.negatives), String(bin.positives)]),
  };
}
