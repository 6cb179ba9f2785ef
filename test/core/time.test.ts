import fc from 'fast-check';
import { expect, test } from 'vitest';
import { durationMs, durationText, hourMs, hourOf, hourStart, hoursBetween } from '../../core/time.ts';

test('a duration reads back as it was written', () => {
  const units = fc.constantFrom('second', 'minute', 'hour', 'day', 'week');
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), units, (count, unit) => {
      const ms = durationMs(`${count} ${unit}s`, 'test');
      expect(durationMs(durationText(ms), 'test')).toBe(ms);
    }),
  );
});

test.each(['6', 'six hours', '6hours', '-1 hour', '6 fortnights', ''])("refuses the duration '%s'", (text) => {
  expect(() => durationMs(text, 'window.train')).toThrow(/duration\.invalid.*window\.train/);
});

test('an hour reads back as it was written, and half-open intervals hold each hour once', () => {
  fc.assert(
    fc.property(fc.integer({ min: -100_000, max: 1_000_000 }), fc.integer({ min: 0, max: 100 }), (from, count) => {
      expect(hourStart(hourOf(from * hourMs))).toBe(from * hourMs);
      const hours = hoursBetween(from * hourMs, (from + count) * hourMs);
      expect(new Set(hours).size).toBe(count);
      expect(hours).toEqual(Array.from({ length: count }, (_, at) => hourOf((from + at) * hourMs)));
    }),
  );
});

test('an hour is what it is, whichever was read before', () => {
  const hour = fc.integer({ min: -50, max: 50 }).map((at) => at * hourMs);
  fc.assert(
    fc.property(fc.array(hour), (starts) => {
      expect(starts.map((start) => hourStart(hourOf(start)))).toEqual(starts);
    }),
  );
  expect(hourStart('2001-03-15T12')).toBe(Date.UTC(2001, 2, 15, 12));
  for (const text of ['2001-03-15T25', '2001-03-15T1x', '2001-03-15T-1', '2001-03-15T 1']) {
    expect(() => hourStart(text)).toThrow(/input\.invalid/);
  }
});
