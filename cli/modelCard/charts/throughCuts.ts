import type { CurvePoint } from '../../../core/curvePoints.ts';
import { type Axis, type Chart, colors, digits, guide, thinned } from '../chart.ts';

/** A line through all cuts, a dot at the one of the threshold, and a guide. */
export function throughCuts(
  points: readonly CurvePoint[],
  threshold: number | undefined,
  guided: Record<string, number>[],
  x: Axis,
  y: Axis,
) {
  const order = { field: 'threshold', sort: 'descending' } as const;
  const [blue, orange] = colors;
  const line = { type: 'line', color: blue } as const;
  const dot = { type: 'point', filled: true, opacity: 1, size: 80, color: orange } as const;
  return [
    guide(guided, x, y),
    { data: { values: [...points] }, mark: line, encoding: { x, y, order } },
    { data: { values: nearest(points, threshold) }, mark: dot, encoding: { x, y } },
  ];
}

function nearest(points: readonly CurvePoint[], threshold: number | undefined): CurvePoint[] {
  if (threshold === undefined) return [];
  const away = (point: CurvePoint): number => Math.abs(point.threshold - threshold);
  return points.toSorted((a, b) => away(a) - away(b)).slice(0, 1);
}

export function pointTable(points: readonly CurvePoint[]): Pick<Chart, 'head' | 'rows'> {
  return {
    head: ['threshold', 'false positive rate', 'recall', 'precision'],
    rows: thinned(points).map((point) =>
      [point.threshold, point.falsePositiveRate, point.truePositiveRate, point.precision].map(digits),
    ),
  };
}
