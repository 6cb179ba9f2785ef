import type { AnswerPlan } from '../../core/plan.ts';
import type { Scorecard } from '../../core/scorecard.ts';
import type { Chart } from './chart.ts';
import { calibrationChart } from './charts/calibrationChart.ts';
import { costChart } from './charts/costChart.ts';
import { importanceChart } from './charts/importanceChart.ts';
import { precisionChart } from './charts/precisionChart.ts';
import { rocChart } from './charts/rocChart.ts';
import { scoreChart } from './charts/scoreChart.ts';

/** The card's charts: all that it has data for. Curves need rows of both classes. */
export function chartsOf(card: Scorecard, { positive, negative }: AnswerPlan): Chart[] {
  const { curves, importance, threshold } = card;
  const isDrawn = curves !== undefined && curves.positives > 0 && curves.negatives > 0;
  return [
    ...(isDrawn
      ? [
          rocChart(curves, threshold),
          precisionChart(curves, threshold),
          calibrationChart(curves),
          scoreChart(curves, positive, negative),
          costChart(curves, card),
        ]
      : []),
    ...(importance === undefined ? [] : [importanceChart(importance)]),
  ];
}
