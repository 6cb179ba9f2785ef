import type { Costs } from '../../core/scorecardPlan.ts';
import type { Metric } from './metric.ts';
import { meanLoss, type RowLoss, rowLosses } from './rowLoss.ts';

/** The mean cost of an answer, wrong ones alone costing something (Elkan 2001): in the unit of the costs, per row. */
export function expectedCost({ falsePositive, falseNegative }: Costs): Metric {
  const cost: RowLoss = (answer, label) => answer * (1 - label) * falsePositive + (1 - answer) * label * falseNegative;
  return {
    name: 'expected cost',
    value: (answers, labels) => meanLoss(cost, answers, labels),
    influence: (answers, labels) => rowLosses(cost, answers, labels),
  };
}
