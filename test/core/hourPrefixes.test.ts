import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hourPrefixes } from '../../core/hourPrefixes.ts';
import { hourMs, hourOf, hoursBetween } from '../../core/time.ts';

const start = Date.parse('2000-01-01T00:00:00Z');

test('each hour of a stretch begins with one of its prefixes, and no hour beside it does', () => {
  fc.assert(
    fc.property(fc.nat(30_000), fc.nat(9_000), fc.array(fc.nat(40_000), { maxLength: 30 }), (from, length, others) => {
      const [fromMs, toMs] = [start + from * hourMs, start + (from + length) * hourMs];
      const prefixes = hourPrefixes(fromMs, toMs);
      const count = (hour: string): number => prefixes.filter((prefix) => `${hour}/`.startsWith(prefix)).length;
      for (const hour of hoursBetween(fromMs, toMs)) expect(count(hour)).toBe(1);
      for (const at of [from - 1, from + length, ...others])
        expect(count(hourOf(start + at * hourMs))).toBe(at >= from && at < from + length ? 1 : 0);
      expect(prefixes.length).toBeLessThanOrEqual(2 * (23 + 30 + 11) + 2);
    }),
    { numRuns: 20 },
  );
});

test('a year is a year, and what is not whole is told by its parts', () => {
  const of = (from: string, to: string): string[] => hourPrefixes(Date.parse(`${from}:00Z`), Date.parse(`${to}:00Z`));
  expect(of('2001-01-01T00:00', '2002-01-01T00:00')).toEqual(['2001']);
  expect(of('2001-03-31T23:00', '2001-05-02T01:00')).toEqual([
    '2001-03-31T23/',
    '2001-04',
    '2001-05-01',
    '2001-05-02T00/',
  ]);
});
