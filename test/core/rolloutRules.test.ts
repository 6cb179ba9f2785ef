import fc from 'fast-check';
import { expect, test } from 'vitest';
import { application, preparation, withSilent } from '../../core/rolloutRules.ts';
import { leaseMs, type ServingLease } from '../../core/routing.ts';

const now = 1_000_000;

const lease = fc.record({
  id: fc.uuid(),
  pid: fc.nat(),
  url: fc.constant('http://127.0.0.1:1'),
  at: fc.integer({ min: now - 2 * leaseMs, max: now }),
  epoch: fc.nat({ max: 5 }),
  prepared: fc.uniqueArray(fc.integer({ min: 1, max: 4 })),
  refused: fc.dictionary(fc.constantFrom('1', '2', '3', '4'), fc.constant('golden row 3 differs')),
});
const leases: fc.Arbitrary<ServingLease[]> = fc.uniqueArray(lease, { selector: ({ id }) => id });

test('every live process is in one place: done, refusing, or awaited; a dead one in none', () => {
  fc.assert(
    fc.property(leases, fc.integer({ min: 1, max: 4 }), (all, version) => {
      const { done, refused, awaited } = preparation(all, version, now);
      const live = all.filter(({ at }) => now - at <= leaseMs).map(({ id }) => id);
      expect([...done, ...Object.keys(refused), ...awaited].sort()).toEqual(live.sort());
    }),
  );
});

test('an epoch is applied by whoever answers by it or a later one, with the version beside the champion loaded', () => {
  fc.assert(
    fc.property(leases, fc.nat({ max: 5 }), fc.option(fc.integer({ min: 1, max: 4 })), (all, epoch, beside) => {
      const { done, refused } = application(all, epoch, beside, now);
      if (beside === null) expect(refused).toEqual({});
      for (const id of done) {
        const found = all.find((one) => one.id === id);
        expect(found?.epoch).toBeGreaterThanOrEqual(epoch);
        if (beside !== null) expect(found?.prepared).toContain(beside);
      }
    }),
  );
});

test('whoever lived while it was waited for and is silent now is named, once', () => {
  fc.assert(
    fc.property(leases, fc.array(fc.nat({ max: 20 })), (all, places) => {
      const met = new Set(places.flatMap((place) => all[place]?.id ?? []));
      const standing = preparation(all, 1, now);
      const silent = all.filter(({ id, at }) => met.has(id) && now - at > leaseMs).map(({ id }) => id);
      const told = withSilent(standing, met, all, now);
      expect(told.awaited).toEqual([...standing.awaited, ...silent]);
      expect({ ...told, awaited: [] }).toEqual({ ...standing, awaited: [] });
    }),
  );
});
