import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ColumnType } from '../../core/contractPlan.ts';
import { columnReader } from '../../serving/columnReader.ts';

const reader = (type: ColumnType, decimalText: 'beyond 2^53' | 'always' = 'beyond 2^53') => {
  const read = columnReader({ name: 'x', type, nullable: false }, decimalText, 'Send it.');
  return (value: unknown) => read(value, 'row 0');
};

describe('columnReader', () => {
  test('reads every instant as ISO text and as milliseconds alike', () => {
    const noInvalidDate = { noInvalidDate: true, min: new Date('0000-01-01'), max: new Date('9999-12-31') };
    fc.assert(
      fc.property(fc.date(noInvalidDate), (date) => {
        expect(reader('date')(date.toISOString())).toBe(date.getTime());
        expect(reader('date')(date.toISOString().slice(0, -1))).toBe(date.getTime());
        expect(reader('date')(date.getTime())).toBe(date.getTime());
      }),
    );
  });

  test('gives back every int64 exactly, as the number or the bigint that it is', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (exact) => {
        const read = reader('int', 'always')(String(exact));
        expect(BigInt(read as number | bigint)).toBe(exact);
        expect(typeof read).toBe(Number.isSafeInteger(Number(exact)) ? 'number' : 'bigint');
      }),
    );
  });

  test('takes a whole number only where JSON cannot have rounded it', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        if (Number.isSafeInteger(value)) expect(reader('int')(value)).toBe(value);
        else expect(() => reader('int')(value)).toThrow('row.wrong-value');
      }),
    );
  });

  test.each([
    ['425', 'expected a whole number in column'],
    [2 ** 60, 'expected a whole number (beyond 2^53 as decimal text) in column'],
  ])('says of %j how whole numbers come', (value, expected) => {
    expect(() => reader('int')(value)).toThrow(expected);
  });

  test('takes a JSON value for one type alone, but numbers for three', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const taking = (['string', 'boolean', 'number'] as const).filter((type) => {
          try {
            return reader(type)(value) === value;
          } catch {
            return false;
          }
        });
        const isScalar = ['string', 'boolean', 'number'].includes(typeof value);
        expect(taking).toEqual(isScalar ? [typeof value] : []);
      }),
    );
  });

  test.each([
    '',
    '2001',
    '2001-13-01',
    '2001-02-29',
    '2001-03-15T25:00',
    '2001-03-15T12:00:00+0200',
    'now',
    '15.3.2001',
  ])('refuses the date %j', (text) => {
    expect(() => reader('date')(text)).toThrow(
      /expected an ISO time .* in column 'x', but came ".*" in row 0. Send it./,
    );
  });

  test('shows a long value cut', () => {
    expect(() => reader('int')('9'.repeat(10_000))).toThrow(/but came "9{59}… in row 0/);
  });
});
