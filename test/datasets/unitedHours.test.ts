import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unitedHours } from '../../datasets/sources/unitedHours.ts';

const hour = fc.integer({ min: 0, max: 9 }).map((at) => `2001-01-01T0${at}`);
const rows = fc.record({
  rows: fc.integer({ min: 1, max: 5 }),
  hash: fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 9 }), fc.constantFrom('x', 'y')).map((parts) => parts.join('.')),
});
const file = fc
  .uniqueArray(fc.tuple(hour, rows), { selector: ([at]) => at, maxLength: 4 })
  .map((held) => ({ hours: held.map(([at, of]) => ({ hour: at, ...of })).sort((a, b) => (a.hour < b.hour ? -1 : 1)) }));

test('united after other files is what is united from the beginning, and what no other file touched is not made anew', () => {
  const pool = fc.array(file, { minLength: 1, maxLength: 8 });
  const looks = fc.array(fc.array(fc.nat({ max: 7 }), { maxLength: 8 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(pool, looks, (files, picked) => {
      let last: ReturnType<typeof unitedHours> | undefined;
      for (const look of picked) {
        const now = look.flatMap((at) => files[at] ?? []);
        last = unitedHours(now, last);
        expect(last.hours).toEqual(unitedHours(now).hours);
        expect(unitedHours([...now], last).hours).toBe(last.hours);
      }
    }),
  );
});

test('rows of an hour in several files are counted together, under a hash that their order does not change', () => {
  const at = (count: number, hash: string) => ({ hours: [{ hour: '2001-01-01T00', rows: count, hash }] });
  const [one, other] = [at(2, '3.5.x'), at(1, '4.1.x')];
  const expected = [{ hour: '2001-01-01T00', rows: 3, hash: '7.4.x' }];
  expect(unitedHours([one, other]).hours).toEqual(expected);
  expect(unitedHours([other, one]).hours).toEqual(expected);
});
