import fc from 'fast-check';
import { expect, test } from 'vitest';
import { logGamma } from '../../core/logGamma.ts';
import { seededRandom } from '../../core/random.ts';
import { fewestForMean, meanBounds } from '../../core/sequentialMean.ts';
import { isShareAbove, shareBounds, shareEvidence } from '../../core/sequentialShare.ts';

test('the logarithm of the gamma function is that of factorials and of one half', () => {
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 12);
  let factorial = 0;
  for (let n = 1; n < 150; n += 1) {
    expect(Math.abs(logGamma(n) - factorial)).toBeLessThan(1e-10);
    factorial += Math.log(n);
  }
});

test('the evidence against a share is a fair game: on average it is 1 after any number of draws', () => {
  for (const [all, share] of [
    [7, 0.3],
    [40, 0.02],
  ] as const) {
    let mean = 0;
    for (let count = 0; count <= all; count += 1) {
      const ways = logGamma(all + 1) - logGamma(count + 1) - logGamma(all - count + 1);
      const chance = ways + count * Math.log(share) + (all - count) * Math.log1p(-share);
      mean += Math.exp(chance + shareEvidence(count, all, share));
    }
    expect(mean).toBeCloseTo(1, 9);
  }
});

test('bounds hold what was seen, and refute just what lies outside', () => {
  fc.assert(
    fc.property(fc.nat({ max: 5_000 }), fc.nat({ max: 5_000 }), (count, more) => {
      const all = count + more;
      const { low, high } = shareBounds(count, all, 0.05);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      if (all === 0) return;
      expect(low).toBeLessThanOrEqual(count / all);
      expect(high).toBeGreaterThanOrEqual(count / all);
      if (low > 1e-6) expect(isShareAbove(count, all, low * 0.999, 0.05)).toBe(true);
      expect(isShareAbove(count, all, Math.min(1, low * 1.001 + 1e-8), 0.05)).toBe(false);
    }),
  );
});

test('a true share is refuted at any of 500 looks no more often than stated', () => {
  const random = seededRandom(3);
  let refuted = 0;
  for (let series = 0; series < 400; series += 1) {
    let count = 0;
    for (let all = 1; all <= 500; all += 1) {
      count += random.next() < 0.1 ? 1 : 0;
      if (!isShareAbove(count, all, 0.1, 0.05)) continue;
      refuted += 1;
      break;
    }
  }
  expect(refuted / 400).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 400));
});

test('a true mean stays within its bounds at any of 1,000 looks as often as stated', () => {
  const random = seededRandom(5);
  let missed = 0;
  for (let series = 0; series < 200; series += 1) {
    let [sum, squares] = [0, 0];
    for (let rows = 1; rows <= 2_000; rows += 1) {
      const value = random.next() - 0.5;
      [sum, squares] = [sum + value, squares + value ** 2];
      const bounds = rows % 2 === 0 ? meanBounds({ rows, sum, squares }, rows, 0.05) : undefined;
      if (bounds === undefined || (bounds.low <= 0 && bounds.high >= 0)) continue;
      missed += 1;
      break;
    }
  }
  expect(missed / 200).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 200));
});

test('a mean of few numbers has no bounds, and many rows of few requests are few', () => {
  const moments = { rows: 10_000, sum: 10, squares: 10 };
  expect(meanBounds({ ...moments, rows: fewestForMean - 1 }, fewestForMean - 1, 0.05)).toBeUndefined();
  expect(meanBounds(moments, 20, 0.05)).toBeUndefined();
  const [wide, narrow] = [meanBounds(moments, 200, 0.05), meanBounds(moments, 10_000, 0.05)];
  expect(wide?.high).toBeGreaterThan(narrow?.high ?? 1);
});
