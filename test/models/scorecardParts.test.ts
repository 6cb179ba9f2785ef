import { beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../core/random.ts';
import type { Estimate } from '../../core/scorecard.ts';
import { answerMetrics, type MetricName, scoreMetrics } from '../../core/scorecardPlan.ts';
import type { LoadedMatrix } from '../../features/loadMatrix.ts';
import { binnedColumns } from '../../models/binnedColumns.ts';
import {
  differencesOf,
  estimatesOf,
  type Measured,
  type Measuring,
  measure,
  measureWithDraws,
} from '../../models/estimateMetrics.ts';
import type { JudgedRows } from '../../models/judgedRows.ts';
import { metricOf } from '../../models/metrics/metricOf.ts';
import { metrics } from '../../models/metrics/metrics.ts';
import { fewestSliceRows, mostSlicesPerColumn, sliceMetrics } from '../../models/sliceMetrics.ts';
import { flightPlan } from './flightPlan.ts';

const names: readonly MetricName[] = [...scoreMetrics, ...answerMetrics, 'own spread'];
const measuring: Measuring = {
  seed: 7,
  threshold: 0.6,
  costs: { falsePositive: 1, falseNegative: 3 },
  own: { 'own spread': (scores) => Math.max(...scores) - Math.min(...scores) },
};

describe('estimates', () => {
  const { rows, sharp, dull } = world(24, 100);
  let own: Measured[] = [];
  let other: Measured[] = [];
  beforeAll(async () => {
    own = await measureWithDraws(names, rows, sharp, measuring);
    other = measure(names, rows, dull, measuring);
  });

  it('hold each metric with an interval around it', () => {
    const estimates = estimatesOf(own, rows);
    for (const name of names) {
      const { value, low, high } = required(estimates[name]);
      expect(value).toBe(metricOf(name, measuring).value(sharp, rows.labels));
      expect(low).toBeLessThan(value);
      expect(high).toBeGreaterThan(value);
    }
  });

  it('know the better of two models by paired differences', () => {
    const difference = differencesOf(own, other, rows);
    expect(required(difference.auc).low).toBeGreaterThan(0);
    expect(required(difference['log loss']).high).toBeLessThan(0);
    expect(required(difference.brier).high).toBeLessThan(0);
    expect(widthOf(difference.auc)).toBeLessThan(widthOf(estimatesOf(own, rows).auc));
  });

  it('differ by nothing from themselves, drawn metrics included', async () => {
    const difference = differencesOf(own, await measureWithDraws(names, rows, sharp, measuring), rows);
    for (const name of names) expect(difference[name]).toMatchObject({ value: 0, low: 0, high: 0 });
  });

  it('leave out a metric that has no value', () => {
    const oneClass: JudgedRows = { labels: new Uint8Array(rows.labels.length), hours: rows.hours };
    const measured = measure(names, oneClass, sharp, measuring);
    expect(measured.map(({ metric }) => metric)).toEqual(
      names.filter((name) => !['auc', 'pr auc', 'recall', 'false negative rate'].includes(name)),
    );
    expect(differencesOf(own, measured, rows)).not.toHaveProperty('auc');
    expect(
      estimatesOf(
        measure(names, { labels: new Uint8Array(), hours: new Uint32Array() }, new Float32Array(), measuring),
        rows,
      ),
    ).toEqual({});
  });

  it('let others have their turn between two draws', async () => {
    let turns = 0;
    const clock = setInterval(() => {
      turns += 1;
    }, 0);
    await measureWithDraws(['calibration error'], rows, sharp, measuring);
    clearInterval(clock);
    expect(turns).toBeGreaterThan(2);
  });

  it('are the same bytes each time', async () => {
    expect(JSON.stringify(estimatesOf(await measureWithDraws(names, rows, sharp, measuring), rows))).toBe(
      JSON.stringify(estimatesOf(own, rows)),
    );
  });
});

describe('slices', () => {
  it('come by rows, then value, without the small ones', () => {
    const counts = [fewestSliceRows - 1, 150, 120, 150];
    const { codes, rows, scores } = sliced(counts);
    const column = { column: 'origin', values: ['AAA', 'DDD', 'BBB', 'CCC'], codes };
    const slices = sliceMetrics(['auc', 'brier'], [column], rows, scores, measuring);
    expect(slices.map(({ value, rows: count }) => [value, count])).toEqual([
      ['CCC', 150],
      ['DDD', 150],
      ['BBB', 120],
    ]);
    const mine = (_: number, row: number): boolean => codes[row] === 2;
    expect(slices[2]?.metrics).toEqual({
      auc: { value: metrics.auc.value(scores.filter(mine), rows.labels.filter(mine)), low: null, high: null },
      brier: { value: metrics.brier.value(scores.filter(mine), rows.labels.filter(mine)), low: null, high: null },
    });
  });

  it('have intervals where they have rows of enough hours, unless these must be drawn', () => {
    const { rows, sharp } = world(24, 100);
    const column = { column: 'half', values: ['a', 'b'], codes: Int32Array.from(rows.labels, (_, row) => row % 2) };
    const [slice] = sliceMetrics(['auc', 'calibration error'], [column], rows, sharp, measuring);
    const half = (_: number, row: number): boolean => row % 2 === 0;
    const own = { labels: rows.labels.filter(half), hours: rows.hours.filter(half) };
    expect(slice?.metrics.auc).toEqual(estimatesOf(measure(['auc'], own, sharp.filter(half), measuring), own).auc);
    expect(slice?.metrics.auc?.low).toBeGreaterThan(0.5);
    expect(slice?.metrics['calibration error']).toMatchObject({ low: null, high: null });
  });

  it('are at most 50 of a column', () => {
    const { codes, rows, scores } = sliced(Array<number>(60).fill(fewestSliceRows));
    const values = Array.from({ length: 60 }, (_, at) => `value ${String(at).padStart(2, '0')}`);
    const slices = sliceMetrics(['brier'], [{ column: 'origin', values, codes }], rows, scores, measuring);
    expect(slices).toHaveLength(mostSlicesPerColumn);
    expect(slices.at(-1)?.value).toBe('value 49');
  });

  it('by bins take a value on an edge for the bin above, missing ones apart, logged or not', () => {
    const values = [9.5, 10, 99, 100, Number.NaN];
    const binned = (scale: 'log' | undefined, numeric: readonly number[]): string[] => {
      const feature = {
        kind: 'number',
        name: 'money',
        column: 'amount',
        ...(scale === undefined ? {} : { scale }),
      } as const;
      const bins = [{ column: 'amount', edges: [10, 100] }];
      const plan = { ...flightPlan, features: [feature], scorecard: { metrics: [], slices: [], bins } };
      const matrix = { rows: 5, width: 2, numeric: Float32Array.from(numeric.flatMap((value) => [0, value])) };
      const columns = { numeric: ['other', 'money'], categories: [] };
      const [column] = binnedColumns(plan, columns, matrix as LoadedMatrix);
      return Array.from(column?.codes ?? [], (code) => column?.values[code] ?? 'none');
    };
    const expected = ['below 10', '10 to below 100', '10 to below 100', '100 or more', 'missing'];
    expect(binned(undefined, values)).toEqual(expected);
    expect(binned('log', values.map(Math.log1p))).toEqual(expected);
  });

  it('leave out a metric without a value', () => {
    const { codes, rows, scores } = sliced([200]);
    const labels = new Uint8Array(200);
    const [slice] = sliceMetrics(
      ['auc', 'brier'],
      [{ column: 'origin', values: ['AAA'], codes }],
      { ...rows, labels },
      scores,
      measuring,
    );
    expect(Object.keys(slice?.metrics ?? {})).toEqual(['brier']);
  });
});

/** Two models' scores of the same rows: one sees the row's true chance, the other sees it through noise. */
function world(hours: number, perHour: number): { rows: JudgedRows; sharp: Float32Array; dull: Float32Array } {
  const random = seededRandom(4);
  const hour = Uint32Array.from({ length: hours * perHour }, (_, row) => Math.floor(row / perHour));
  const shift = Array.from({ length: hours }, () => random.normal() / 2);
  const signal = Float64Array.from(hour, (at) => (shift[at] ?? 0) + random.normal());
  const labels = Uint8Array.from(signal, (each) => +(random.next() < logistic(each)));
  const dull = Float32Array.from(signal, (each) => logistic(each + random.normal()));
  return { rows: { labels, hours: hour }, sharp: Float32Array.from(signal, logistic), dull };
}

function sliced(counts: readonly number[]): { codes: Int32Array; rows: JudgedRows; scores: Float32Array } {
  const random = seededRandom(9);
  const codes = Int32Array.from(counts.flatMap((count, at) => Array<number>(count).fill(at)));
  const labels = Uint8Array.from(codes, () => random.below(2));
  return {
    codes,
    rows: { labels, hours: new Uint32Array(codes) },
    scores: Float32Array.from(codes, () => random.next()),
  };
}

function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

function required(estimate: Estimate | undefined): Estimate {
  if (estimate === undefined) throw new Error('expected the metric, but came nothing');
  return estimate;
}

function widthOf(estimate: Estimate | undefined): number {
  const { low, high } = required(estimate);
  return (high ?? Number.NaN) - (low ?? Number.NaN);
}
