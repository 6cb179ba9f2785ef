import { curvePoints } from '../../../core/curvePoints.ts';
import type { Curves } from '../../../core/curves.ts';
import { type Chart, digits, share, size } from '../chart.ts';
import { pointTable, throughCuts } from './throughCuts.ts';

/** Precision against recall (Davis and Goadrich 2006). */
export function precisionChart(curves: Curves, threshold: number | undefined): Chart {
  const points = curvePoints(curves).filter(({ precision }) => precision !== null);
  const x = share('truePositiveRate', 'recall');
  const y = share('precision', 'precision');
  const rate = curves.positives / (curves.positives + curves.negatives);
  const knowingNothing = [
    { truePositiveRate: 0, precision: rate },
    { truePositiveRate: 1, precision: rate },
  ];
  return {
    title: 'Precision and recall',
    text: `Of the positive rows the share answered so, and how many of these answers are right. Dashed: the share of positives, ${digits(rate)}.`,
    spec: { ...size, layer: throughCuts(points, threshold, knowingNothing, x, y) },
    ...pointTable(points),
  };
}
