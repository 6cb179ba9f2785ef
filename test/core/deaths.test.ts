import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backOffMs, deathsAfter, longLifeMs, noDeath } from '../../core/deaths.ts';

const death = fc.record({
  livedMs: fc.oneof(
    fc.nat(longLifeMs - 1),
    fc.nat(longLifeMs).map((more) => longLifeMs + more),
  ),
  isOwn: fc.boolean(),
});

test('counts the deaths since the last long life, and of these the own ones', () => {
  fc.assert(
    fc.property(fc.array(death), (all) => {
      const lastLong = all.findLastIndex(({ livedMs }) => livedMs >= longLifeMs);
      const quick = all.slice(lastLong + 1);
      expect(all.reduce(deathsAfter, noDeath)).toEqual({
        quick: quick.length,
        own: quick.filter(({ isOwn }) => isOwn).length,
        hasWorked: lastLong !== -1,
      });
    }),
  );
});

test('waits longer after each death, half a second to ten', () => {
  fc.assert(
    fc.property(fc.nat(1_000), (deaths) => {
      expect(backOffMs(deaths)).toBeGreaterThanOrEqual(500);
      expect(backOffMs(deaths + 1)).toBeGreaterThanOrEqual(backOffMs(deaths));
      expect(backOffMs(deaths)).toBeLessThanOrEqual(10_000);
    }),
  );
  expect([1, 2, 3, 6].map(backOffMs)).toEqual([500, 1_000, 2_000, 10_000]);
});
