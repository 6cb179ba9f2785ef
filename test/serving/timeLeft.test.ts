import { expect, test } from 'vitest';
import { timeLeft } from '../../serving/timeLeft.ts';

const calm = { overrunMs: 0 };
const nothingSaid = () => undefined;

test('the deadline counts from the arrival, and what is fair from when somebody is asked', () => {
  const now = performance.now();
  const time = timeLeft(calm, { deadlineMs: 20, fallbackMs: 0 }, nothingSaid, now - 15);
  expect(time.waitEndMs - now).toBeCloseTo(1, 6);
  expect(time.endMs - now).toBeCloseTo(5, 6);
  expect(time.fairEndMs).toBeGreaterThanOrEqual(now + 16);
  expect(time.leftMs()).toBeLessThanOrEqual(1);
});

test.each([
  ['5', 20, 0, 0, 2.5, 5, true],
  ['50', 20, 0, 0, 16, 20, false],
  [undefined, 20, 4, 0, 15, 20, false],
  [undefined, 20, 4, 2.5, 12.5, 20, false],
  [undefined, 20, 40, 0, 10, 20, false],
])(
  'a caller who says %s beside %d ms, late by %d, fallback %d',
  (said, deadlineMs, overrunMs, fallbackMs, wait, end, isShort) => {
    const time = timeLeft({ overrunMs }, { deadlineMs, fallbackMs }, () => said, 100);
    expect([time.waitEndMs - 100, time.endMs - 100, time.isShort]).toEqual([wait, end, isShort]);
  },
);

test.each(['0', '-1', 'soon', ''])("'%s' is no deadline", (said) => {
  expect(() => timeLeft(calm, { deadlineMs: 20, fallbackMs: 0 }, () => said, 0)).toThrow('request.invalid');
});

test('nothing that has no deadline ends', () => {
  const time = timeLeft(calm, { deadlineMs: Number.POSITIVE_INFINITY, fallbackMs: 0 }, nothingSaid, 0);
  expect([time.waitEndMs, time.endMs, time.leftMs()]).toEqual(Array(3).fill(Number.POSITIVE_INFINITY));
});
