import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openDeadlines } from '../../serving/deadlines.ts';

test('whoever waits is called once, in the order of the ends, hardly before its time and never after it was taken back', () => {
  const step = fc.record({
    waitMs: fc.integer({ min: 0, max: 50 }),
    passMs: fc.integer({ min: 0, max: 20 }),
    back: fc.nat(3),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let now = 0;
      const deadlines = openDeadlines(() => now);
      const called: { readonly endMs: number; readonly atMs: number }[] = [];
      const due = new Set<number>();
      const takeBack: (() => void)[] = [];
      for (const [at, { waitMs, passMs, back }] of steps.entries()) {
        // No two at once, so that each is known by its end.
        const endMs = now + waitMs + at / 1_000;
        due.add(endMs);
        const taken = deadlines.at(endMs, () => void called.push({ endMs, atMs: now }));
        takeBack.push(() => {
          taken();
          due.delete(endMs);
        });
        if (back === 0) takeBack[at % takeBack.length]?.();
        now += passMs;
        const [first = Number.POSITIVE_INFINITY] = [...due].sort((a, b) => a - b);
        const before = called.length;
        deadlines.callDue();
        if (first >= now + 1) expect(called).toHaveLength(before);
        for (const { endMs: gone } of called.slice(before)) expect(due.delete(gone)).toBe(true);
        expect([...due].filter((left) => left < now + 1)).toEqual([]);
      }
      expect(called.every(({ endMs, atMs }) => atMs > endMs - 1)).toBe(true);
    }),
  );
});

test('a timer calls the next, whichever came first, and one that has no end is never called', async () => {
  const deadlines = openDeadlines();
  const called: string[] = [];
  const now = performance.now();
  const last = Promise.withResolvers<void>();
  // Nothing else keeps this process.
  const keeps = setInterval(() => {}, 1_000);
  deadlines.at(now + 30, last.resolve);
  deadlines.at(Number.POSITIVE_INFINITY, () => called.push('never'));
  deadlines.at(now + 20, () => called.push('second'));
  const takeBack = deadlines.at(now + 15, () => called.push('taken back'));
  deadlines.at(now + 10, () => called.push('first'));
  takeBack();
  takeBack();
  await last.promise;
  clearInterval(keeps);
  expect(called).toEqual(['first', 'second']);
  expect(performance.now()).toBeGreaterThan(now + 29);
});

test('what answers were late by is a bound of the last of them', () => {
  const deadlines = openDeadlines();
  expect(deadlines.overrunMs).toBe(0);
  for (const ms of [0.5, 4, 1, 30]) deadlines.overran(ms);
  expect(deadlines.overrunMs).toBeGreaterThanOrEqual(4);
  expect(deadlines.overrunMs).toBeLessThan(4.8);
});
