import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Metric } from '../../models/metrics/metric.ts';
import { metrics } from '../../models/metrics/metrics.ts';

/** Scores on a coarse grid, so that many are tied, with labels. */
const rows = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 1 })), { minLength: 2, maxLength: 60 })
  .map((pairs) => ({
    scores: Float64Array.from(pairs, ([score]) => score / 12),
    labels: Uint8Array.from(pairs, ([, label]) => label),
  }));
const bothClasses = rows.filter(({ labels }) => labels.includes(0) && labels.includes(1));
const all: readonly Metric[] = Object.values(metrics);

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

  it('predicts by its influence what leaving out a row changes', () => {
    const { scores, labels } = noisyRows(400);
    const whole = metrics.auc.value(scores, labels);
    const influence = metrics.auc.influence?.(scores, labels) ?? new Float64Array();
    for (const left of [0, 57, 399]) {
      const keep = (_: number, row: number): boolean => row !== left;
      const without = metrics.auc.value(scores.filter(keep), labels.filter(keep));
      expect((whole - without) * 400).toBeCloseTo(influence[left] ?? Number.NaN, 1);
    }
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
          const turned = metric.value(scores.slice().reverse(), labels.slice().reverse());
          expect(turned).toBeCloseTo(metric.value(scores, labels), 12);
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
          const gain = metric.value(perfect, labels) - metric.value(scores, labels);
          expect(metric.higherIsBetter ? gain : -gain).toBeGreaterThanOrEqual(-1e-12);
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
