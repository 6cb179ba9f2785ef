import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contractChanges, highestLevel, isAtLeast, nextVersion } from '../../core/contractChanges/contractChanges.ts';
import type { ColumnCheck, ColumnPlan, ContractPlan } from '../../core/contractPlan.ts';

const base: ContractPlan = {
  id: 'payments',
  version: '1.2.3',
  source: { kind: 'csv', at: { path: 'a.csv' }, partition: 'hour' },
  key: 'row number in source partition',
  columns: [
    { name: 'time', type: 'date', nullable: false, checks: [] },
    { name: 'amount', type: 'number', nullable: false, checks: [{ kind: 'min', value: 0 }] },
    { name: 'shop', type: 'string', nullable: true, checks: [{ kind: 'oneOf', values: ['books', 'fuel'] }] },
  ],
  eventTime: 'time',
  rules: [{ kind: 'compare', column: 'amount', is: 'atMost', to: { value: 500 } }],
  across: [],
  batch: [{ kind: 'rowsPerDay', atLeast: 100 }],
  severity: {},
  quarantine: { atMost: 0.01 },
};

function withColumn(name: string, change: Partial<ColumnPlan>): ContractPlan {
  return { ...base, columns: base.columns.map((column) => (column.name === name ? { ...column, ...change } : column)) };
}

const oneOf = (...values: string[]): Partial<ColumnPlan> => ({ checks: [{ kind: 'oneOf', values }] });
const code: ColumnPlan = { name: 'code', type: 'string', nullable: true, checks: [] };

describe('the level of a change', () => {
  test.each<[string, ContractPlan, string]>([
    ['a column that is gone', { ...base, columns: base.columns.slice(0, 2) }, "major column 'shop' is gone"],
    ['a column with a new name', withColumn('amount', { name: 'sum' }), "major column 'amount' -> 'sum'"],
    ['a column of another type', withColumn('amount', { type: 'int' }), "major column 'amount': number -> int"],
    ['another key', { ...base, key: ['time', 'shop'] }, 'major key: row number in source partition -> time, shop'],
    ['another event time', { ...base, eventTime: 'at' }, "major eventTime: 'time' -> 'at'"],
    ['null that may come', withColumn('amount', { nullable: true }), "major column 'amount' may be null"],
    ['null that may not', withColumn('shop', { nullable: false }), "minor column 'shop' must not be null any more"],
    [
      'a lower limit that falls',
      withColumn('amount', { checks: [{ kind: 'min', value: -1 }] }),
      "major column 'amount', lower limit: min 0 -> min -1",
    ],
    [
      'a lower limit that excludes itself',
      withColumn('amount', { checks: [{ kind: 'moreThan', value: 0 }] }),
      "minor column 'amount', lower limit: min 0 -> moreThan 0",
    ],
    ['a limit that is gone', withColumn('amount', { checks: [] }), "major column 'amount', lower limit: min 0 -> none"],
    ['one value more', withColumn('shop', oneOf('books', 'fuel', 'music')), "major column 'shop' may be music too"],
    ['one value less', withColumn('shop', oneOf('books')), "minor column 'shop' may not be fuel any more"],
    [
      'an optional column',
      { ...base, columns: [...base.columns, code] },
      "minor column 'code' is new, and may be null",
    ],
    [
      'a column that is needed',
      { ...base, columns: [...base.columns, { ...code, nullable: false }] },
      "major column 'code' is new, and must not be null",
    ],
    ['a budget that grows', { ...base, quarantine: { atMost: 0.02 } }, 'minor quarantine.atMost: 0.01 -> 0.02'],
    ['a budget that shrinks', { ...base, quarantine: { atMost: 0 } }, 'patch quarantine.atMost: 0.01 -> 0'],
    [
      'another place',
      { ...base, source: { ...base.source, at: { path: 'b.csv' } } },
      'patch source: {"path":"a.csv"} -> {"path":"b.csv"}',
    ],
    [
      'a rule that is a warning now',
      { ...base, severity: { 'amount.min': 'warn' } },
      'major severity of amount.min: its own -> warn',
    ],
    [
      'a rule that ends the run now',
      { ...base, severity: { 'amount.min': 'reject' } },
      'minor severity of amount.min: its own -> reject',
    ],
  ])('%s', (_, after, expected) => {
    expect(contractChanges(base, after).map(({ level, what }) => `${level} ${what}`)).toEqual([expected]);
  });

  test('rules that are gone loosen, rules that are new tighten', () => {
    const [rule] = base.rules;
    const without = { ...base, rules: [], batch: [] };
    expect(contractChanges(base, without).map(({ level }) => level)).toEqual(['major', 'minor']);
    expect(
      contractChanges(without, { ...base, rules: rule === undefined ? [] : [rule] }).map(({ level }) => level),
    ).toEqual(['minor', 'patch']);
  });

  test('patterns cannot be compared', () => {
    const pattern = (value: string): Partial<ColumnPlan> => ({ checks: [{ kind: 'pattern', value }] });
    const before = withColumn('shop', pattern('^a'));
    const levels = contractChanges(before, { ...before, columns: withColumn('shop', pattern('^b')).columns });
    expect(levels.map(({ level }) => level)).toEqual(['major']);
  });

  test('columns in another order are the same', () => {
    expect(contractChanges(base, { ...base, columns: [...base.columns].reverse() })).toEqual([]);
  });
});

const bound = fc.record({
  kind: fc.constantFrom<'min' | 'max' | 'moreThan' | 'lessThan'>('min', 'max', 'moreThan', 'lessThan'),
  value: fc.integer({ min: -3, max: 3 }),
});

function accepts(checks: readonly ColumnCheck[], value: number): boolean {
  return checks.every((check) => {
    if (check.kind === 'min') return value >= check.value;
    if (check.kind === 'max') return value <= check.value;
    if (check.kind === 'moreThan') return value > check.value;
    return check.kind === 'lessThan' && value < check.value;
  });
}

test('limits by which a value is good that was bad are a major change, whatever else they are', () => {
  const values = Array.from({ length: 40 }, (_, at) => at / 4 - 5);
  fc.assert(
    fc.property(fc.array(bound, { maxLength: 3 }), fc.array(bound, { maxLength: 3 }), (from, to) => {
      const changes = contractChanges(withColumn('amount', { checks: from }), withColumn('amount', { checks: to }));
      const isLooser = values.some((value) => accepts(to, value) && !accepts(from, value));
      const isTighter = values.some((value) => accepts(from, value) && !accepts(to, value));
      if (isLooser) expect(highestLevel(changes)).toBe('major');
      if (isTighter) expect(changes.length).toBeGreaterThan(0);
      if (changes.length === 0) expect([isLooser, isTighter]).toEqual([false, false]);
    }),
  );
});

test('the version asked for is the next one of the highest level', () => {
  const [broken, looser] = [
    { ...base, eventTime: 'at' },
    { ...base, quarantine: { atMost: 0.5 } },
  ];
  expect(nextVersion('1.2.3', contractChanges(base, broken))).toBe('2.0.0');
  expect(nextVersion('1.2.3', contractChanges(base, looser))).toBe('1.3.0');
  expect(nextVersion('1.2.3', contractChanges(base, { ...base, quarantine: { atMost: 0 } }))).toBe('1.2.4');
  expect(nextVersion('1.2.3', contractChanges(base, { ...base, version: '7.0.0' }))).toBe('1.2.3');
});

test('versions are compared by number', () => {
  expect(isAtLeast('1.10.0', '1.9.9')).toBe(true);
  expect(isAtLeast('1.2.3', '1.2.3')).toBe(true);
  expect(isAtLeast('1.2.3', '2.0.0')).toBe(false);
});
