import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answerReserveMs } from '../../core/answerReserve.ts';
import { recentBound } from '../../core/recentBound.ts';

const ms = fc.double({ min: 0, max: 1_000, noNaN: true });

test.each([
  ['four milliseconds where nothing was measured', 20, 0, 0, 4],
  ['what answers were late by, and the writing', 20, 3.5, 0, 4.5],
  ['the time of the fallback as well', 20, 3.5, 2.5, 7],
  ['half at most', 20, 30, 0, 10],
  ['half where there is hardly any time', 1, 0, 0, 0.5],
])('of a deadline is kept %s', (_, deadlineMs, overrunMs, fallbackMs, kept) => {
  expect(answerReserveMs(deadlineMs, { overrunMs, fallbackMs })).toBe(kept);
});

test('a reserve leaves half of the deadline, and grows with what comes after the wait', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.1, max: 60_000, noNaN: true }),
      ms,
      ms,
      ms,
      (deadlineMs, overrunMs, fallbackMs, more) => {
        const kept = answerReserveMs(deadlineMs, { overrunMs, fallbackMs });
        expect(kept).toBeGreaterThan(0);
        expect(kept).toBeLessThanOrEqual(deadlineMs / 2);
        const later = { overrunMs: overrunMs + more, fallbackMs };
        expect(answerReserveMs(deadlineMs, later)).toBeGreaterThanOrEqual(kept);
        expect(answerReserveMs(deadlineMs, { overrunMs, fallbackMs: fallbackMs + more })).toBeGreaterThanOrEqual(kept);
      },
    ),
  );
});

test('a bound is that of the last four thousand but for five, a fifth above it at most, and a single one decides nothing', () => {
  fc.assert(
    fc.property(fc.array(ms, { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 200 }), (few, times) => {
      const all = Array.from({ length: times }, () => few).flat();
      const bound = recentBound();
      for (const one of all) bound.add(one);
      const last = all.slice(-4_000).sort((a, b) => b - a);
      const kept = last[1 + Math.floor(last.length / 1_000)] ?? 0;
      expect(bound.ms).toBeGreaterThanOrEqual(kept * (1 - 1e-9));
      expect(bound.ms).toBeLessThanOrEqual(Math.max(0.1, kept * 1.2 * (1 + 1e-9)));
    }),
    { numRuns: 200 },
  );
});

test('what is negative or beyond all bins has a bound all the same', () => {
  const bound = recentBound();
  expect(bound.ms).toBe(0);
  for (const negative of [-3, -3]) bound.add(negative);
  expect(bound.ms).toBe(0.1);
  for (const huge of [1e12, 1e12]) bound.add(huge);
  expect(bound.ms).toBeGreaterThan(3_600_000);
});
