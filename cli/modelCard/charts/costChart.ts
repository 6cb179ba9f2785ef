import { costPoints } from '../../../core/curvePoints.ts';
import type { Curves } from '../../../core/curves.ts';
import type { Scorecard } from '../../../core/scorecard.ts';
import { type Chart, colors, digits, share, size, thinned } from '../chart.ts';

/** Expected cost by threshold, a line for each profile; without profiles each wrong answer costs 1. */
export function costChart(curves: Curves, { profiles, threshold = 0.5 }: Scorecard): Chart {
  const even = { name: 'each wrong answer 1', falsePositive: 1, falseNegative: 1, threshold };
  const asked = profiles ?? [even];
  const lines = asked.map(({ name, ...costs }) => ({ name, points: costPoints(curves, costs) }));
  const values = lines.flatMap(({ name, points }) => points.map((point) => ({ ...point, profile: name })));
  const chosen = asked.map((each) => ({ threshold: each.threshold, profile: each.name }));
  const scale = { domain: asked.map(({ name }) => name), range: [...colors] };
  const color = { field: 'profile', type: 'nominal', title: null, scale } as const;
  const [x, y] = [
    share('threshold', 'threshold'),
    { field: 'cost', type: 'quantitative', title: 'cost per row' } as const,
  ];
  return {
    title: 'Cost',
    text: 'What an answer costs on average, by threshold. Dashed: the threshold chosen on the validation rows.',
    spec: {
      ...size,
      layer: [
        { data: { values }, mark: 'line', encoding: { x, y, color } },
        { data: { values: chosen }, mark: { type: 'rule', strokeDash: [4, 4] }, encoding: { x, color } },
      ],
    },
    head: ['threshold', ...asked.map(({ name }) => name)],
    rows: thinned(curves.cuts.map((_, at) => at)).map((at) => [
      digits(curves.cuts[at]?.threshold ?? null),
      ...lines.map(({ points }) => digits(points[at]?.cost ?? null)),
    ]),
  };
}
