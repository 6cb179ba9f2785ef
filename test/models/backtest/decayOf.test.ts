import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../core/random.ts';
import { agedPairs } from '../../../models/backtest/agedPairs.ts';
import { type AgedScores, decayOf } from '../../../models/backtest/decayOf.ts';

/** Hours of rows whose fresh scores tell the label by `signal`; an aged one lost `lost` of it for each hour. */
function hoursOf(count: number, ages: readonly number[], lost = 0.2): AgedScores[] {
  const random = seededRandom(11);
  return Array.from({ length: count }, (_, hour) => {
    const labels = Uint8Array.from({ length: 200 }, () => random.below(2));
    const scored = (signal: number) => Float32Array.from(labels, (label) => signal * label + random.normal());
    const fresh = scored(1.5);
    return ages.map((ageHours) => ({
      hour,
      ageHours,
      labels,
      fresh,
      aged: ageHours === 0 ? fresh : scored(1.5 - lost * ageHours),
    }));
  }).flat();
}

describe('the decay by age', () => {
  test('is nothing at age 0, grows with age, and its interval tells so', () => {
    const { bins, ages } = decayOf(hoursOf(30, [0, 1, 2, 3, 5]));
    expect(ages.map(({ hours }) => hours)).toEqual([0, 1, 2, 3, 5]);
    expect(ages[0]).toMatchObject({ auc: 0, low: 0, high: 0, rows: 30 * 200 });
    const losses = ages.map(({ auc }) => auc);
    expect(losses).toEqual(losses.toSorted((a, b) => a - b));
    expect(bins.map(({ fromHours, toHours }) => [fromHours, toHours])).toEqual([
      [0, 1],
      [1, 3],
      [3, 6],
    ]);
    const last = bins.at(-1);
    expect(last?.low).toBeGreaterThan(0.1);
    expect((last?.freshAuc ?? 0) - (last?.agedAuc ?? 0)).toBeCloseTo(last?.auc ?? 0, 12);
  });

  test('does not take a hard hour for age: scores of different hours are not compared', () => {
    // Both models tell all within an hour; the aged one lies lower in every second hour, where all else is the same.
    const pairs = hoursOf(20, [1], 0).map((pair) => {
      const aged = pair.fresh.map((score) => score - (pair.hour % 2 === 0 ? 9 : 0));
      return { ...pair, aged: Float32Array.from(aged) };
    });
    const [bin] = decayOf(pairs).bins;
    expect(bin?.auc).toBe(0);
    expect(bin?.pooledAuc).toBeGreaterThan(0.1);
  });

  test('leaves hours of one class out, and says nothing of ages that nobody reached', () => {
    const [pair] = hoursOf(1, [1]);
    const oneClass = { ...(pair as AgedScores), labels: new Uint8Array(200) };
    expect(decayOf([oneClass])).toEqual({ bins: [], ages: [] });
  });
});

test('an hour without a model of its own has nothing to be compared with', () => {
  const scores = new Map([
    ['a', Float32Array.of(0.1, 0.9)],
    ['b', Float32Array.of(0.2, 0.8)],
  ]);
  const model = (asOf: string, id: string) => [asOf, { asOf, planId: 'p', package: id, stages: [] }] as const;
  const models = new Map([model('2001-03-01T12', 'a'), model('2001-03-01T15', 'b')]);
  const labels = Uint8Array.of(0, 1);
  const found = agedPairs('2001-03-01T15', { labels, scores }, models);
  expect(found.map(({ ageHours }) => ageHours)).toEqual([3, 0]);
  expect(found[0]?.fresh).toBe(scores.get('b'));
  expect(agedPairs('2001-03-01T16', { labels, scores }, models)).toEqual([]);
});
