import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allowedWaitMs, queueStands } from '../../core/queueDelay.ts';

const limits = { queueMs: 2, burstMs: 100 };
const ms = fc.double({ min: 0, max: 1_000, noNaN: true });
const looks = fc.record({ least: ms, more: ms, idle: fc.double({ min: 0, max: 1, noNaN: true }) });

test.each([
  ['begins where even the luckiest request waited', false, 3, 9, 0, true],
  ['does not begin where one was taken at once', false, 0.1, 9, 0, false],
  ['goes on while somebody waits', true, 0.1, 3, 0, true],
  ['ends where nobody waits', true, 0.1, 1.9, 0, false],
  ['is none of a process that rests', true, 3, 9, 0.6, false],
  ['stands while the process rests by turning requests away', true, 3, 9, 0.4, true],
])('a queue %s', (_, stood, leastWaitMs, mostWaitMs, idle, stands) => {
  expect(queueStands(stood, { leastWaitMs, mostWaitMs, idle }, limits)).toBe(stands);
});

test('a queue that would begin would also go on, and less waiting never begins one', () => {
  fc.assert(
    fc.property(looks, ms, ({ least, more, idle }, less) => {
      const look = { leastWaitMs: least, mostWaitMs: least + more, idle };
      const begins = queueStands(false, look, limits);
      if (begins) expect(queueStands(true, look, limits)).toBe(true);
      const luckier = { ...look, leastWaitMs: Math.min(least, less) };
      if (!begins) expect(queueStands(false, luckier, limits)).toBe(false);
    }),
  );
});

test('whoever may wait while a queue stands may wait in a burst', () => {
  fc.assert(
    fc.property(ms, ms, (queueMs, burstMs) => {
      const both = { queueMs, burstMs };
      expect(allowedWaitMs(false, both)).toBeGreaterThanOrEqual(allowedWaitMs(true, both));
    }),
  );
});
