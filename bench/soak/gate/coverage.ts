import { type Random, seededRandom } from '../../../core/random.ts';
import type { Estimate, Estimates } from '../../../core/scorecard.ts';
import { differencesOf, estimatesOf, type Measuring, measure } from '../../../models/estimateMetrics.ts';
import type { JudgedRows } from '../../../models/judgedRows.ts';
import { rowsPerHour } from './hourNoise.ts';

export const coveredMetrics = ['auc', 'log loss', 'brier'] as const;

/** For each metric of one model, and of the difference of two, how many of so many days' 95 % intervals hold the truth. */
export interface CoverageCounts {
  readonly days: number;
  readonly alone: Readonly<Record<string, number>>;
  readonly paired: Readonly<Record<string, number>>;
}

/** The truth that intervals should hold: the metrics on very many hours. */
export interface Truth {
  readonly alone: Readonly<Record<string, number>>;
  readonly paired: Readonly<Record<string, number>>;
}

const measuring: Measuring = { seed: null, threshold: 0.5, costs: { falsePositive: 1, falseNegative: 1 }, own: {} };

/** The metrics of very many rows, each of an hour of its own: with whole hours the truth would need far more of them. */
export function truthOf(seed: number, rowCount: number): Truth {
  const { rows, first, second } = rowsOf(seededRandom(seed), Array<number>(rowCount).fill(1));
  const [own, other] = [
    measure(coveredMetrics, rows, first, measuring),
    measure(coveredMetrics, rows, second, measuring),
  ];
  const alone = Object.fromEntries(own.map(({ metric, value }) => [metric, value]));
  const paired = own.map(({ metric, value }, at) => [metric, value - (other[at]?.value ?? Number.NaN)] as const);
  return { alone, paired: Object.fromEntries(paired) };
}

/** Measures days by the code that makes scorecards. */
export function coverage(seed: number, days: number, truth: Truth): CoverageCounts {
  const random = seededRandom(seed);
  const alone: Record<string, number> = {};
  const paired: Record<string, number> = {};
  for (let day = 0; day < days; day += 1) {
    const { rows, first, second } = rowsOf(random, rowsOfDay);
    const [own, other] = [
      measure(coveredMetrics, rows, first, measuring),
      measure(coveredMetrics, rows, second, measuring),
    ];
    count(alone, estimatesOf(own, rows), truth.alone);
    count(paired, differencesOf(own, other, rows), truth.paired);
  }
  return { days, alone, paired };
}

function count(counts: Record<string, number>, estimates: Estimates, truth: Readonly<Record<string, number>>): void {
  for (const metric of coveredMetrics) {
    counts[metric] = (counts[metric] ?? 0) + (holds(estimates[metric], truth[metric] ?? Number.NaN) ? 1 : 0);
  }
}

function holds(estimate: Estimate | undefined, truth: number): boolean {
  return (estimate?.low ?? Number.NaN) <= truth && truth <= (estimate?.high ?? Number.NaN);
}

/** An eighth of a day of flights. */
const rowsOfDay = rowsPerHour.map((rows) => Math.max(2, Math.round(rows / 8)));

/**
 * So many rows for each hour: an hour has weather of its own that no model sees and that makes its rows positive
 * together, and each model is off by a little of its own in each hour.
 */
function rowsOf(
  random: Random,
  perHour: readonly number[],
): { rows: JudgedRows; first: Float32Array; second: Float32Array } {
  const total = perHour.reduce((sum, rows) => sum + rows, 0);
  const rows = { labels: new Uint8Array(total), hours: new Uint32Array(total) };
  const [first, second] = [new Float32Array(total), new Float32Array(total)];
  let row = 0;
  for (const [hour, count] of perHour.entries()) {
    const [weather, offFirst, offSecond] = [0.5 * random.normal(), 0.15 * random.normal(), 0.15 * random.normal()];
    for (let last = row + count; row < last; row += 1) {
      const seen = random.normal();
      rows.hours[row] = hour;
      rows.labels[row] = random.next() < logistic(-1.4 + seen + weather) ? 1 : 0;
      first[row] = logistic(-1.4 + 0.9 * seen + offFirst);
      second[row] = logistic(-1.4 + 0.8 * seen + 0.3 * random.normal() + offSecond);
    }
  }
  return { rows, first, second };
}

function logistic(z: number): number {
  return 1 / (1 + Math.exp(-z));
}
