import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isoTime } from '../../models/scorers/isoTime.ts';

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');
/** Some of them none: hours and minutes beyond their range, days that a month does not have. */
const times = fc
  .tuple(
    fc.oneof(fc.integer({ min: 0, max: 9_999 }), fc.constantFrom(0, 1900, 2000, 2001, 2004)),
    fc.integer({ min: 0, max: 13 }),
    fc.integer({ min: 0, max: 32 }),
    fc.constantFrom(
      '',
      'T00:00',
      ' 23:59',
      'T24:00',
      'T24:00:01',
      'T12:60',
      'T12:30:60',
      'T12:30:59.1',
      'T01:02:03.4567',
    ),
    fc.constantFrom('', 'Z', '+02:00', '-11:30', '+24:00', '+02', 'z', '.5'),
  )
  .map(([year, month, day, time, zone]) => `${pad(year, 4)}-${pad(month)}-${pad(day)}${time}${zone}`);

test('it gives what Date.parse gives, and NaN for what is no day or has another form', () => {
  fc.assert(
    fc.property(times, (text) => {
      expect(isoTime(text)).toBe(expectedOf(text));
    }),
    { numRuns: 3_000 },
  );
});

test('it takes any text', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(isoTime(text)).toBe(expectedOf(text));
    }),
  );
});

const pattern = /^(\d{4}-\d{2}-(\d{2}))(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?)?$/;

function expectedOf(text: string): number {
  const [, date, day, time = '00:00', zone = 'Z'] = pattern.exec(text) ?? [];
  if (date === undefined || new Date(`${date}T00:00Z`).getUTCDate() !== Number(day)) return Number.NaN;
  return Date.parse(`${date}T${time}${zone}`);
}
