import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectedCost } from '../../models/metrics/expectedCost.ts';
import { bestThreshold, cheapestThreshold } from '../../models/threshold.ts';

describe('bestThreshold', () => {
  test('separates what can be separated, halfway between', () => {
    expect(bestThreshold(Float32Array.of(0.25, 0.75, 0.125, 0.5), Uint8Array.of(0, 1, 0, 1))).toBe(0.375);
  });

  test('without a positive row, and without a row, it is one half', () => {
    expect(bestThreshold(Float32Array.of(0.1, 0.9), Uint8Array.of(0, 0))).toBe(0.5);
    expect(bestThreshold(new Float32Array(0), new Uint8Array(0))).toBe(0.5);
  });

  test('of equal ones it takes the highest', () => {
    expect(bestThreshold(Float32Array.of(0.75, 0.5, 0.25), Uint8Array.of(1, 0, 0))).toBe(0.625);
    // hits 1 of 2 answered 1: 2/3; hits 2 of 2 answered 4: 4/6. Equal: the highest.
    expect(bestThreshold(Float32Array.of(0.9, 0.7, 0.5, 0.25), Uint8Array.of(1, 0, 0, 1))).toBeGreaterThan(0.7);
  });

  test('no other threshold has a larger F1, whatever the order of the rows', () => {
    const row = fc.record({ score: fc.integer({ min: 0, max: 20 }), label: fc.constantFrom(0, 1) });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), fc.integer(), (rows, turn) => {
        const [scores, labels] = columns(rows);
        const found = bestThreshold(scores, labels);
        const most = Math.max(...Array.from(scores, (score) => f1(scores, labels, score)));
        if (labels.includes(1)) expect(f1(scores, labels, found)).toBeCloseTo(most, 12);
        const at = Math.abs(turn % rows.length);
        expect(bestThreshold(...columns([...rows.slice(at), ...rows.slice(0, at)].reverse()))).toBe(found);
      }),
    );
  });
});

describe('cheapestThreshold', () => {
  const even = { falsePositive: 1, falseNegative: 1 };

  test('weighs the two kinds of wrong answers', () => {
    const [scores, labels] = [Float32Array.of(0.75, 0.5, 0.25, 0.125), Uint8Array.of(1, 0, 1, 0)];
    expect(cheapestThreshold(scores, labels, { falsePositive: 3, falseNegative: 1 })).toBe(0.625);
    expect(cheapestThreshold(scores, labels, { falsePositive: 1, falseNegative: 3 })).toBe(0.1875);
  });

  test('answers nobody positive where that is cheapest, and all where this is', () => {
    const scores = Float32Array.of(0.5, 0.25);
    expect(cheapestThreshold(scores, Uint8Array.of(0, 0), even)).toBe(0.75);
    expect(cheapestThreshold(scores, Uint8Array.of(1, 1), even)).toBe(0.25);
  });

  test('no other threshold costs less, and of equal ones it answers positive least often', () => {
    const row = fc.record({ score: fc.integer({ min: 0, max: 20 }), label: fc.constantFrom(0, 1) });
    const cost = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), cost, cost, (rows, falsePositive, falseNegative) => {
        const [scores, labels] = columns(rows.map((each) => ({ ...each, score: Math.min(19, each.score) })));
        const metric = expectedCost({ falsePositive, falseNegative });
        const costAt = (threshold: number): number =>
          metric.value(
            scores.map((score) => +(score >= threshold)),
            labels,
          );
        const found = cheapestThreshold(scores, labels, { falsePositive, falseNegative });
        const others = [...scores, 2];
        expect(costAt(found)).toBeCloseTo(Math.min(...others.map(costAt)), 12);
        for (const other of others) if (other > found) expect(costAt(other)).toBeGreaterThanOrEqual(costAt(found));
      }),
    );
  });
});

function columns(rows: readonly { score: number; label: number }[]): [Float32Array, Uint8Array] {
  return [Float32Array.from(rows, (row) => row.score / 20), Uint8Array.from(rows, (row) => row.label)];
}

function f1(scores: Float32Array, labels: Uint8Array, threshold: number): number {
  let [hits, answered] = [0, 0];
  for (const [row, score] of scores.entries()) {
    if (score < threshold) continue;
    answered += 1;
    hits += labels[row] ?? 0;
  }
  return (2 * hits) / (answered + labels.filter((label) => label === 1).length);
}
