import { expect, test } from 'vitest';
import { waitBeforeTelling } from '../../core/telling.ts';

const hour = 3_600_000;

test('a receiver that is away is tried for a day, ever more seldom, half an hour apart at most', () => {
  const waits: number[] = [];
  for (let spentMs = 0, attempts = 1; ; attempts += 1) {
    const waitMs = waitBeforeTelling(attempts, spentMs);
    if (waitMs === null) break;
    waits.push(waitMs);
    spentMs += waitMs;
  }
  expect(waits.slice(0, 4)).toEqual([2_000, 4_000, 8_000, 16_000]);
  expect(Math.max(...waits)).toBe(hour / 2);
  const spentMs = waits.reduce((sum, waitMs) => sum + waitMs, 0);
  expect(spentMs).toBeGreaterThan(23 * hour);
  expect(spentMs).toBeLessThanOrEqual(24 * hour);
});

test("the receiver's own wish counts where it is longer, up to six hours, as long as there is hope", () => {
  expect(waitBeforeTelling(1, 0, 600_000)).toBe(600_000);
  expect(waitBeforeTelling(9, 0, 1_000)).toBe(512_000);
  expect(waitBeforeTelling(1, 0, 1e6 * hour)).toBe(6 * hour);
  expect(waitBeforeTelling(9, 23 * hour, 2 * hour)).toBeNull();
});
