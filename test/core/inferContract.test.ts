import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ColumnProfile, inferContract, roundedUp } from '../../core/inferContract.ts';

const source = { kind: 'csv', path: 'a.csv' } as const;

function profile(change: Partial<ColumnProfile>): ColumnProfile {
  const none = { least: null, greatest: null, shortest: null, longest: null, alphabet: null, values: null, near: null };
  return { name: 'x', type: 'int', rows: 1000, nulls: 0, distinct: 500, ...none, ...change };
}

const time = profile({ name: 'time', type: 'date', least: 0, greatest: 3_600_000 });

function columnOf(change: Partial<ColumnProfile>) {
  return inferContract('c', source, [time, profile(change)]).plan.columns[1];
}

test('numbers get limits that lie further out, and stay above 0 where they were', () => {
  expect(columnOf({ least: 3, greatest: 1435 })?.checks).toEqual([
    { kind: 'min', value: 0 },
    { kind: 'max', value: 5000 },
  ]);
  expect(columnOf({ least: -72, greatest: -1 })?.checks).toEqual([
    { kind: 'min', value: -200 },
    { kind: 'max', value: 0 },
  ]);
});

test('few texts that come often are listed; others have a length and an alphabet', () => {
  const listed = { type: 'string', distinct: 2, values: ['a', 'b'], shortest: 1, longest: 1 } as const;
  expect(columnOf({ ...listed, rows: 40 })?.checks).toEqual([{ kind: 'oneOf', values: ['a', 'b'] }]);
  expect(columnOf({ ...listed, rows: 39 })?.checks[0]?.kind).toBe('minLength');
  const code = { type: 'string', shortest: 3, longest: 3, alphabet: '[A-Z]' } as const;
  expect(columnOf(code)?.checks).toEqual([{ kind: 'pattern', value: '^[A-Z]{3}$' }]);
  expect(columnOf({ ...code, shortest: 0, longest: 7 })?.checks).toEqual([
    { kind: 'maxLength', value: 20 },
    { kind: 'pattern', value: '^[A-Z]*$' },
  ]);
});

test('the event time is the date with fewest nulls, and takes none', () => {
  const late = profile({ name: 'late', type: 'date', nulls: 1, least: 0, greatest: 1 });
  const { plan, notes } = inferContract('c', source, [late, { ...time, nulls: 0 }]);
  expect([plan.eventTime, plan.columns.map(({ nullable }) => nullable)]).toEqual(['time', [true, false]]);
  expect(notes.late).toBe('1970-01-01T00:00:00.000Z to 1970-01-01T00:00:00.001Z, 500 values, 0.1 % null');
  const alone = inferContract('c', source, [late]);
  expect([alone.plan.columns[0]?.nullable, alone.notes.late]).toEqual([
    false,
    expect.stringContaining('0.1 % null, which are set aside: rows need a time'),
  ]);
});

test('a type that nearly all values have is told', () => {
  const near = { type: 'date', others: 3, example: `1st of\nMay ${'x'.repeat(40)}` } as const;
  const text = profile({ type: 'string', shortest: 1, longest: 60, nulls: 200, near });
  const note = inferContract('c', source, [time, text]).notes.x;
  expect(note).toContain('z.date() reads all but 3 of 800, such as "1st of\\nMay xxx');
  expect(() => inferContract('c', source, [text])).toThrow(/'x' \(string: z\.date\(\) reads all but 3 of 800/);
});

test('a file without dates has no contract', () => {
  expect(() => inferContract('c', source, [profile({})])).toThrow(/contract\.no-event-time.*'x' \(int\)/s);
});

test('a rounded number is 1, 2 or 5 times a power of ten, and two to five times as large', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-9, max: 1e12, noNaN: true }), (value) => {
      const up = roundedUp(value);
      expect(up / value).toBeGreaterThanOrEqual(2);
      expect(up / value).toBeLessThanOrEqual(5 * (1 + 1e-9));
      expect(up.toExponential()).toMatch(/^[125]e[+-]\d+$/);
    }),
  );
});
