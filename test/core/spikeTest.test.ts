import { expect, test } from 'vitest';
import { seededRandom } from '../../core/random.ts';
import { medianOf, spikeTest } from '../../core/spikeTest.ts';
import { latencyBucket, latencyOf, latencyQuantile } from '../../core/trafficLine.ts';

test.each([
  [8, 1],
  [8, 3],
  [20, 1],
  [20, 3],
])(
  'where nothing has changed, of windows against %d earlier ones spread %d times as chance alone does no more are off than stated',
  (windows, spread) => {
    const random = seededRandom(11);
    const drawn = () => spread * random.normal();
    const rounds = 3_000;
    const stated = 0.01;
    let off = 0;
    for (let round = 0; round < rounds; round += 1) {
      const earlier = Array.from({ length: windows }, drawn);
      const value = drawn();
      const found = spikeTest(value, earlier, 1, 'both');
      const isOff = found.pValue <= stated;
      if (round < 50) expect(isOff).toBe(Math.abs(value - found.median) >= found.reach(stated));
      off += Number(isOff);
    }
    expect(off / rounds).toBeLessThanOrEqual(stated + 3 * Math.sqrt((stated * (1 - stated)) / rounds));
  },
);

test('spikes of the past hide none of today`s, and a dip is none where only spikes count', () => {
  const earlier = [10, 11, 9, 10, 95, 10, 11, 9, 90, 10];
  expect(spikeTest(60, earlier, 1, 'both').pValue).toBeLessThan(0.001);
  expect(spikeTest(-40, earlier, 1, 'both').pValue).toBeLessThan(0.001);
  expect(spikeTest(-40, earlier, 1, 'above').pValue).toBeGreaterThan(0.99);
  expect([medianOf([3, 1, 2]), medianOf([4, 1, 2, 3])]).toEqual([2, 2.5]);
});

test('a time is known by its bucket to 4.5 %, and a quantile by those of all', () => {
  const times = Array.from({ length: 1_000 }, (_, at) => 0.01 * 1.015 ** at);
  const latency: Record<string, number> = {};
  for (const ms of times) {
    const bucket = latencyBucket(ms);
    if (ms < 100_000) expect(Math.abs(latencyOf(bucket) / ms - 1)).toBeLessThan(0.046);
    latency[bucket] = (latency[bucket] ?? 0) + 1;
  }
  expect(latencyQuantile(latency, 0.5)).toBeCloseTo(
    (times[499] ?? 0) * (latencyOf(latencyBucket(times[499] ?? 0)) / (times[499] ?? 1)),
  );
  expect(latencyQuantile({}, 0.5)).toBeUndefined();
  expect([latencyBucket(0), latencyBucket(1e12)]).toEqual([0, 208]);
});
