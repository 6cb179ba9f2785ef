import { expect, test } from 'vitest';
import { partingTest, type ScoredSide } from '../../../core/drift/partingTest.ts';
import { type Random, seededRandom } from '../../../core/random.ts';

/** Scores of two models of the same rows: they agree for the most part, and each has a scale of its own. */
function scored(rows: number, random: Random, moved = 0): { own: Float32Array; other: Float32Array } {
  const [own, other] = [new Float32Array(rows), new Float32Array(rows)];
  for (let row = 0; row < rows; row += 1) {
    const shared = random.normal();
    own[row] = 1 / (1 + Math.exp(-(shared + 0.5 * random.normal() + moved)));
    other[row] = 1 / (1 + Math.exp(-(0.6 * shared + 0.3 * random.normal() - 1)));
  }
  return { own, other };
}

function sideOf(reference: Float32Array, scores: Float32Array): ScoredSide {
  const sorted = reference.toSorted();
  const quantiles = Array.from(
    { length: 33 },
    (_, at) => sorted[Math.max(0, Math.ceil((at / 32) * sorted.length) - 1)] ?? 0,
  );
  return { rows: sorted.length, sketch: { missing: 0, quantiles }, scores };
}

function windowOf(seed: number, moved = 0, rows = 500) {
  const random = seededRandom(seed);
  const [before, now] = [scored(2_000, random), scored(rows, random, moved)];
  return partingTest(sideOf(before.own, now.own), sideOf(before.other, now.other));
}

test('models that keep together are said to part at most as often as stated, and the limit says the same', () => {
  const windows = 200;
  let alarms = 0;
  for (let seed = 0; seed < windows; seed += 1) {
    const { pValue, value, limitAt } = windowOf(seed)?.test ?? { pValue: 0, value: 0, limitAt: () => 0 };
    expect(pValue <= 0.05).toBe(value >= limitAt(0.05));
    alarms += Number(pValue <= 0.05);
  }
  expect(alarms / windows).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / windows));
});

test('a model that moved parts from one that did not', () => {
  for (let seed = 0; seed < 20; seed += 1) expect(windowOf(seed, 0.5)?.test.pValue).toBeLessThan(1e-4);
  expect(windowOf(1, 0.5)?.told).toMatch(
    /^\d+ % of the champion's scores are below what \d+ % were, and \d+ % of the ref/,
  );
  expect(windowOf(1, 0, 19)).toBeUndefined();
});
