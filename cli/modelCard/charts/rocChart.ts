import { curvePoints } from '../../../core/curvePoints.ts';
import type { Curves } from '../../../core/curves.ts';
import { type Chart, share, size } from '../chart.ts';
import { pointTable, throughCuts } from './throughCuts.ts';

/** The receiver operating characteristic (Fawcett 2006). */
export function rocChart(curves: Curves, threshold: number | undefined): Chart {
  const points = curvePoints(curves);
  const x = share('falsePositiveRate', 'false positive rate');
  const y = share('truePositiveRate', 'true positive rate');
  const coin = [
    { falsePositiveRate: 0, truePositiveRate: 0 },
    { falsePositiveRate: 1, truePositiveRate: 1 },
  ];
  return {
    title: 'ROC',
    text: 'Of the negative rows and of the positive ones, the share answered positive. Dashed: a coin. The dot: the threshold.',
    spec: { ...size, layer: throughCuts(points, threshold, coin, x, y) },
    ...pointTable(points),
  };
}
