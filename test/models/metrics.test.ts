import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { higherIsBetter } from '../../core/metricDirection.ts';
import { answerMetrics } from '../../core/scorecardPlan.ts';
import type { Metric } from '../../models/metrics/metric.ts';
import { type Answering, metricOf } from '../../models/metrics/metricOf.ts';
import { metrics } from '../../models/metrics/metrics.ts';

/** Scores on a coarse grid, so that many are tied, with labels. */
const rows = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 1 })), { minLength: 2, maxLength: 60 })
  .map((pairs) => ({
    scores: Float64Array.from(pairs, ([score]) => score / 12),
    labels: Uint8Array.from(pairs, ([, label]) => label),
  }));
const bothClasses = rows.filter(({ labels }) => labels.includes(0) && labels.includes(1));
const answering: Answering = {
  threshold: 0.5,
  costs: { falsePositive: 1, falseNegative: 5 },
  own: { 'own spread': (scores) => Math.max(...scores) - Math.min(...scores) },
};
const ofScores: readonly Metric[] = Object.values(metrics);
const ofAnswers: readonly Metric[] = answerMetrics.map((name) => metricOf(name, answering));
const all: readonly Metric[] = [...ofScores, ...ofAnswers];

describe('auc', () => {
  it('is the share of pairs in the right order, ties half', () => {
    fc.assert(
      fc.property(bothClasses, ({ scores, labels }) => {
        expect(metrics.auc.value(scores, labels)).toBeCloseTo(aucByPairs(scores, labels), 12);
      }),
    );
  });

  it('gives no number where one class is missing', () => {
    expect(metrics.auc.value(new Float64Array([0.1, 0.9]), new Uint8Array([1, 1]))).toBeNaN();
    expect(metrics.auc.value(new Float64Array([0.1, 0.9]), new Uint8Array([0, 0]))).toBeNaN();
  });

  it('has the components of DeLong as influence', () => {
    fc.assert(
      fc.property(bothClasses, ({ scores, labels }) => {
        const expected = componentsByPairs(scores, labels);
        const came = metrics.auc.influence?.(scores, labels) ?? new Float64Array();
        came.forEach((each, row) => {
          expect(each).toBeCloseTo(expected[row] ?? Number.NaN, 9);
        });
        expect(came.reduce((sum, each) => sum + each, 0)).toBeCloseTo(0, 8);
      }),
    );
  });
});

describe('pr auc', () => {
  it('is the mean precision at the positive rows, those of one score together', () => {
    const [scores, labels] = [new Float64Array([0.9, 0.8, 0.8, 0.3, 0.1]), new Uint8Array([1, 1, 0, 0, 1])];
    expect(metrics['pr auc'].value(scores, labels)).toBeCloseTo((1 + 2 / 3 + 3 / 5) / 3, 12);
  });

  it('is the share of positives where all scores are equal, and no number without a positive row', () => {
    const labels = Uint8Array.from({ length: 40 }, (_, row) => +(row < 10));
    expect(metrics['pr auc'].value(new Float64Array(40).fill(0.3), labels)).toBe(0.25);
    expect(metrics['pr auc'].value(new Float64Array(40), new Uint8Array(40))).toBeNaN();
  });
});

describe('metrics of answers', () => {
  it('count the four kinds of answers', () => {
    const scores = new Float64Array([0.9, 0.5, 0.49, 0.1, 0.7, 0.6, 0.2]);
    const labels = new Uint8Array([1, 1, 1, 1, 0, 0, 0]);
    const values = Object.fromEntries(ofAnswers.map((metric) => [metric.name, metric.value(scores, labels)]));
    expect(values).toEqual({
      precision: 2 / 4,
      recall: 2 / 4,
      'false positive rate': 2 / 3,
      'false negative rate': 2 / 4,
      'expected cost': (2 * 1 + 2 * 5) / 7,
    });
  });

  it('have no value where nothing of their kind is there', () => {
    const scores = new Float64Array([0.1, 0.2]);
    expect(metricOf('precision', answering).value(scores, new Uint8Array([0, 1]))).toBeNaN();
    expect(metricOf('recall', answering).value(scores, new Uint8Array(2))).toBeNaN();
    expect(metricOf('false positive rate', answering).value(scores, new Uint8Array([1, 1]))).toBeNaN();
  });
});

describe('own metrics', () => {
  it('are measured on rows as often as they are drawn, and may sort what they are given', () => {
    const measure = (scores: Float32Array, labels: Uint8Array): number =>
      scores.sort().reduce((sum, score, row) => sum + score * (row + 1) * (labels[row] ?? 0), 0);
    const metric = metricOf('own sum', { ...answering, own: { 'own sum': measure } });
    const [scores, labels] = [new Float32Array([0.5, 0.25]), new Uint8Array([1, 1])];
    expect(metric.value(scores, labels)).toBe(1.25);
    expect(metric.resampled?.(scores, labels)(new Uint32Array([0, 3]))).toBe(1.5);
    expect(scores).toEqual(new Float32Array([0.5, 0.25]));
  });

  it('end with what was wrong where they fail, or give no number', () => {
    const answerOf = (measure: () => unknown): number => {
      const metric = metricOf('own sum', { ...answering, own: { 'own sum': measure as never } });
      return metric.value(new Float32Array([0.5]), new Uint8Array([1]));
    };
    expect(() => answerOf(() => Promise.resolve(1))).toThrow(
      /metric.failed: expected a number from 'own sum', but came/,
    );
    expect(() => answerOf(() => (undefined as never)[0])).toThrow(/metric.failed: .* but came TypeError/);
    expect([answerOf(() => Number.NaN), answerOf(() => -1 / 0)]).toEqual([Number.NaN, Number.NaN]);
  });

  it('are refused by name where the worker has none', () => {
    expect(() => metricOf('own gain', answering)).toThrow(
      /metric.not-as-planned: expected the measure 'own gain' of the pipeline's file, but came none of that name; there are: own spread/,
    );
  });
});

describe('an influence function', () => {
  it('says what leaving out a row changes', () => {
    const { scores, labels } = noisyRows(400);
    for (const metric of all.filter(({ influence }) => influence !== undefined)) {
      const whole = metric.value(scores, labels);
      const influence = metric.influence?.(scores, labels) ?? new Float64Array();
      const mean = influence.reduce((sum, each) => sum + each, 0) / 400;
      for (const left of [0, 57, 123, 399]) {
        const keep = (_: number, row: number): boolean => row !== left;
        const without = metric.value(scores.filter(keep), labels.filter(keep));
        expect((whole - without) * 399).toBeCloseTo((influence[left] ?? Number.NaN) - mean, 1);
      }
    }
  });

  it('has the mean 0, or the value itself', () => {
    fc.assert(
      fc.property(bothClasses, ({ scores, labels }) => {
        for (const metric of all) {
          const value = metric.value(scores, labels);
          const influence = metric.influence?.(scores, labels);
          if (influence === undefined || Number.isNaN(value)) continue;
          const mean = influence.reduce((sum, each) => sum + each, 0) / influence.length;
          expect(Math.min(Math.abs(mean), Math.abs(mean - value))).toBeLessThan(1e-9);
        }
      }),
    );
  });
});

describe('losses', () => {
  it('are what their formulas give', () => {
    const [scores, labels] = [new Float64Array([0.8, 0.4, 0.5]), new Uint8Array([1, 0, 1])];
    expect(metrics['log loss'].value(scores, labels)).toBeCloseTo(-Math.log(0.8 * 0.6 * 0.5) / 3, 12);
    expect(metrics.brier.value(scores, labels)).toBeCloseTo((0.04 + 0.16 + 0.25) / 3, 12);
  });

  it('clips log loss where a score is certain and wrong', () => {
    const worst = -Math.log(1e-7);
    expect(metrics['log loss'].value(new Float32Array([0, 1]), new Uint8Array([1, 0]))).toBeCloseTo(worst, 5);
  });

  it('have the loss of the row as influence', () => {
    fc.assert(
      fc.property(rows, ({ scores, labels }) => {
        for (const metric of [metrics['log loss'], metrics.brier]) {
          const influence = metric.influence?.(scores, labels) ?? new Float64Array();
          expect(influence.reduce((sum, each) => sum + each, 0) / influence.length).toBe(metric.value(scores, labels));
        }
      }),
    );
  });
});

describe('calibration error', () => {
  it('is the mean gap of ten bins of equal mass', () => {
    const scores = Float64Array.from({ length: 100 }, (_, row) => row / 100);
    const labels = Uint8Array.from({ length: 100 }, (_, row) => (row * 7 + (row >> 3)) % 2);
    let expected = 0;
    for (let bin = 0; bin < 10; bin += 1) {
      let gap = 0;
      for (let row = bin * 10; row < bin * 10 + 10; row += 1) gap += (labels[row] ?? 0) - (scores[row] ?? 0);
      expected += Math.abs(gap) / 100;
    }
    expect(metrics['calibration error'].value(scores, labels)).toBeCloseTo(expected, 12);
  });

  it('is 0 where each score is the share of its rows, and the distance where all scores are equal', () => {
    const value = metrics['calibration error'].value;
    expect(
      value(
        new Float64Array(40).fill(0.25),
        Uint8Array.from({ length: 40 }, (_, row) => +(row < 10)),
      ),
    ).toBe(0);
    expect(
      value(
        new Float64Array(40).fill(0.5),
        Uint8Array.from({ length: 40 }, (_, row) => +(row < 10)),
      ),
    ).toBe(0.25);
  });

  it('takes a row drawn k times as k equal rows', () => {
    fc.assert(
      fc.property(rows, fc.infiniteStream(fc.integer({ min: 0, max: 3 })), ({ scores, labels }, draws) => {
        const times = Uint32Array.from(scores, () => draws.next().value ?? 0);
        const drawn = Array.from(scores.keys()).flatMap((row) => Array<number>(times[row] ?? 0).fill(row));
        const metric = metrics['calibration error'];
        const repeated = metric.value(
          Float64Array.from(drawn, (row) => scores[row] ?? 0),
          Uint8Array.from(drawn, (row) => labels[row] ?? 0),
        );
        const came = metric.resampled?.(scores, labels)(times);
        if (drawn.length === 0) expect(came).toBeNaN();
        else expect(came).toBeCloseTo(repeated, 12);
      }),
    );
  });
});

describe('every metric', () => {
  it('does not hang on the order of the rows', () => {
    fc.assert(
      fc.property(bothClasses, ({ scores, labels }) => {
        for (const metric of all) {
          const value = metric.value(scores, labels);
          const turned = metric.value(scores.slice().reverse(), labels.slice().reverse());
          if (Number.isNaN(value)) expect(turned).toBeNaN();
          else expect(turned).toBeCloseTo(value, 12);
        }
      }),
    );
  });

  it('gives no number without rows, or with a score that is none', () => {
    for (const metric of all) {
      expect(metric.value(new Float64Array(), new Uint8Array())).toBeNaN();
      expect(metric.value(new Float64Array([0.2, Number.NaN, 0.4]), new Uint8Array([0, 1, 1]))).toBeNaN();
    }
  });

  it('is best for scores that equal the labels, in its own direction', () => {
    fc.assert(
      fc.property(bothClasses, ({ scores, labels }) => {
        const perfect = Float64Array.from(labels);
        for (const metric of all) {
          const value = metric.value(scores, labels);
          if (Number.isNaN(value)) continue;
          const gain = metric.value(perfect, labels) - value;
          expect(higherIsBetter(metric.name) ? gain : -gain).toBeGreaterThanOrEqual(-1e-12);
        }
      }),
    );
  });

  it('has an influence function, or a value by resample', () => {
    for (const [name, metric] of Object.entries(metrics)) {
      expect(metric.name).toBe(name);
      expect(metric.influence === undefined).not.toBe(metric.resampled === undefined);
    }
  });
});

function aucByPairs(scores: Float64Array, labels: Uint8Array): number {
  const shares = placements(scores, labels).filter((_, row) => labels[row] === 1);
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** For each row, the share of the other class's rows that it stands right to, by comparing all pairs. */
function placements(scores: Float64Array, labels: Uint8Array): number[] {
  return Array.from(scores, (own, row) => {
    const sign = labels[row] === 1 ? 1 : -1;
    const others = Array.from(scores).filter((_, other) => labels[other] !== labels[row]);
    const right = others.reduce((sum, other) => sum + (1 + Math.sign(sign * (own - other))) / 2, 0);
    return right / others.length;
  });
}

function componentsByPairs(scores: Float64Array, labels: Uint8Array): number[] {
  const area = aucByPairs(scores, labels);
  const positives = labels.reduce((sum, label) => sum + label, 0);
  return placements(scores, labels).map((share, row) => {
    const ofClass = labels[row] === 1 ? positives : labels.length - positives;
    return ((share - area) * labels.length) / ofClass;
  });
}

function noisyRows(count: number): { scores: Float64Array; labels: Uint8Array } {
  const scores = Float64Array.from({ length: count }, (_, row) => ((row * 7919) % count) / count);
  return { scores, labels: Uint8Array.from(scores, (score, row) => +(score + ((row * 31) % 17) / 17 > 1)) };
}
