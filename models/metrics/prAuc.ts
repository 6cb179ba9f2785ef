import type { Metric, Scores } from './metric.ts';
import { scoreGroups } from './scoreGroups.ts';

/**
 * The area under the precision-recall curve as average precision: the mean, over the positive rows, of the precision at
 * the row's own score. It is the sum of precision times the step in recall, never a straight line between two points,
 * which would promise too much (Davis and Goadrich 2006), and the estimator that Boyd, Eng and Page 2013 recommend.
 * Rows of equal score are answered together. A model that knows nothing has the share of positives.
 */
export const prAuc: Metric = { name: 'pr auc', value, influence };

function value(scores: Scores, labels: Uint8Array): number {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  if (positives === 0 || scores.some(Number.isNaN)) return Number.NaN;
  const { placeOf, rowsAt } = scoreGroups(scores);
  const hitsAt = new Uint32Array(scores.length);
  for (let row = 0; row < placeOf.length; row += 1) {
    const place = placeOf[row] ?? 0;
    hitsAt[place] = (hitsAt[place] ?? 0) + (labels[row] ?? 0);
  }
  let [sum, right] = [0, 0];
  for (let place = scores.length - 1; place >= 0; place -= 1) {
    const hits = hitsAt[place] ?? 0;
    if (rowsAt[place] === 0) continue;
    right += hits;
    sum += hits * (right / (scores.length - place));
  }
  return sum / positives;
}

/**
 * With p(s) the precision and n(s) the rows at score s or above it, N rows and P positive ones, a row of score t and
 * label y moves the value A by N / P times y (p(t) - A) plus the sum, over positive rows of score s at or below t, of
 * (y - p(s)) / n(s): the derivative of the mean of p over the positive rows (von Mises 1947).
 */
function influence(scores: Scores, labels: Uint8Array): Float64Array {
  const area = value(scores, labels);
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const moved = new Float64Array(scores.length);
  let [forPositive, forAny] = [0, 0];
  for (const { rows, hits, answered, precision } of stepsOf(scores, labels).reverse()) {
    forPositive += hits / answered;
    forAny += (hits * precision) / answered;
    for (const row of rows) {
      const own = labels[row] === 1 ? precision - area + forPositive : 0;
      moved[row] = ((own - forAny) * scores.length) / positives;
    }
  }
  return moved;
}

/** The rows of one score: with them, `answered` rows are answered positive, a share `precision` of them rightly. */
interface Step {
  readonly rows: Uint32Array;
  readonly hits: number;
  readonly answered: number;
  readonly precision: number;
}

/** From the highest score down. */
function stepsOf(scores: Scores, labels: Uint8Array): Step[] {
  const order = Uint32Array.from(scores, (_, row) => row).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
  const steps: Step[] = [];
  let right = 0;
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && scores[order[to] ?? 0] === scores[order[from] ?? 0]) to += 1;
    const rows = order.subarray(from, to);
    const hits = rows.reduce((sum, row) => sum + (labels[row] ?? 0), 0);
    right += hits;
    steps.push({ rows, hits, answered: to, precision: right / to });
  }
  return steps;
}
