import type { MetricName } from '../../core/scorecardPlan.ts';
import type { Metric, Scores } from './metric.ts';

/** Whether a row counts: by its answer (1 is positive, 0 negative) and its label. */
type Counts = (answer: number, label: number) => boolean;

/**
 * The share of the rows of `among` that are also of `of`: a ratio R of two sums over rows, a over b. A row moves it by
 * (a - R b) over the mean of b: the delta method for a ratio (Cochran 1977, 6.4). Without a row of `among` it is NaN.
 */
export function shareOf(name: MetricName, of: Counts, among: Counts): Metric {
  const sums = (answers: Scores, labels: Uint8Array): { rows: number; all: number } => {
    if (answers.some(Number.isNaN)) return { rows: Number.NaN, all: Number.NaN };
    let [rows, all] = [0, 0];
    answers.forEach((answer, row) => {
      if (!among(answer, labels[row] ?? 0)) return;
      all += 1;
      if (of(answer, labels[row] ?? 0)) rows += 1;
    });
    return { rows, all };
  };
  return {
    name,
    value: (answers, labels) => {
      const { rows, all } = sums(answers, labels);
      return rows / all;
    },
    influence: (answers, labels) => {
      const { rows, all } = sums(answers, labels);
      return Float64Array.from(answers, (answer, row) => {
        if (!among(answer, labels[row] ?? 0)) return 0;
        const own = of(answer, labels[row] ?? 0) ? 1 : 0;
        return ((own - rows / all) * answers.length) / all;
      });
    },
  };
}
