import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batchWarningsText } from '../../core/batch/batchWarningsText.ts';
import { comparedStretches, neededStretches, stretchKey, wholeWindow } from '../../core/batch/stretches.ts';
import type { BatchRulePlan } from '../../core/batchRulePlan.ts';
import { batchFindings, judgeWindow } from '../../core/batchRules.ts';
import type { ColumnType, ContractPlan, Severity } from '../../core/contractPlan.ts';
import { seededRandom } from '../../core/random.ts';
import type { RowsSketch } from '../../core/sketches/columnSketch.ts';
import { mergedSketch } from '../../core/sketches/mergedSketch.ts';
import type { PartitionVersion } from '../../core/snapshot.ts';
import { hourMs, hourOf } from '../../core/time.ts';
import { type Raw, sketchOfRows } from './sketches/sketchOfRows.ts';

const begin = Date.UTC(2001, 0, 1);

/** Consecutive hours with these rows of one column `x`; counts without rows where only they matter. */
interface Hours {
  readonly type: ColumnType;
  readonly hours: readonly (readonly Raw[])[];
}

function contract(batch: readonly BatchRulePlan[], severity: Record<string, Severity> = {}): ContractPlan {
  return {
    id: 'c',
    version: '1.0.0',
    source: { kind: 'parquet', at: { path: 'x' }, partition: 'hour' },
    key: [],
    columns: [],
    eventTime: 'x',
    rules: [],
    across: [],
    batch,
    severity,
    quarantine: { atMost: 1 },
  };
}

function partsOf(reads: readonly number[], from = begin): PartitionVersion[] {
  return reads.map((read, at) => {
    const hour = hourOf(from + at * hourMs);
    return { hour, key: hour, read, quarantined: 0, rows: read, object: null, content: '', reasons: {} };
  });
}

function findings(rule: BatchRulePlan, { type, hours }: Hours) {
  const parts = partsOf(hours.map((rows) => rows.length));
  const sketchOf = ({ from, to }: { from: number; to: number }): RowsSketch =>
    mergedSketch(hours.slice((from - begin) / hourMs, (to - begin) / hourMs).map((rows) => sketchOfRows(type, rows)));
  const sketches = new Map(neededStretches([rule], parts).map((one) => [stretchKey(one), sketchOf(one)]));
  return batchFindings(contract([rule]), parts, sketches);
}

function judged(rule: BatchRulePlan, type: ColumnType, ...hours: readonly (readonly Raw[])[]): string {
  const [found] = findings(rule, { type, hours });
  return `${found?.outcome}: ${found?.value}`;
}

function counted(rule: BatchRulePlan, reads: readonly number[]): string {
  const [found] = batchFindings(contract([rule]), partsOf(reads), new Map());
  return `${found?.outcome}: ${found?.value}`;
}

const times = <T>(count: number, value: T): T[] => Array<T>(count).fill(value);

describe('rows', () => {
  test('of the whole window', () => {
    expect(counted({ kind: 'rows', atLeast: 30 }, [10, 0, 20])).toBe('passed: 30');
    expect(counted({ kind: 'rows', atLeast: 31 }, [10, 0, 20])).toBe('broken: 30 in the window');
    expect(counted({ kind: 'rows', atMost: 29 }, [10, 0, 20])).toBe('broken: 30 in the window');
  });

  test('of each hour: the first that breaks it is named, and how many more', () => {
    expect(counted({ kind: 'rowsPerHour', atLeast: 1, atMost: 9 }, [1, 9, 5])).toBe('passed: 1 to 9');
    expect(counted({ kind: 'rowsPerHour', atLeast: 1, atMost: 9 }, [1, 10, 0, 11])).toBe(
      'broken: 10 in 2001-01-01T01, and 2 more',
    );
  });

  test('of each whole day', () => {
    const reads = [...times(24, 10), ...times(24, 9), ...times(24, 9), 0];
    expect(counted({ kind: 'rowsPerDay', atLeast: 216 }, reads)).toBe('passed: 216 to 240');
    expect(counted({ kind: 'rowsPerDay', atLeast: 217 }, reads)).toBe('broken: 216 on 2001-01-02, and 1 more');
    expect(counted({ kind: 'rowsPerDay', atLeast: 1 }, times(23, 9))).toBe(
      'too little to say: the window has no whole day',
    );
  });

  test('of the newest day against the median of those before', () => {
    const rule = { kind: 'rowsOnNewestDay', within: 0.25 } as const;
    const before = [...times(24, 100), ...times(24, 1_000), ...times(24, 100)];
    expect(counted(rule, [...before, ...times(24, 75)])).toBe('passed: 1,800, usual are 2,400');
    expect(counted(rule, [...before, ...times(23, 75), 74])).toBe('broken: 1,799, usual are 2,400: 25.04 % off');
    expect(counted(rule, [...before, ...times(24, 125)])).toMatch(/^passed/);
    expect(counted(rule, [...before, ...times(23, 125), 126])).toMatch(/^broken/);
    expect(counted(rule, before)).toBe('too little to say: 2 days before the newest');
    // The same hours of earlier days: the window need not begin at midnight.
    expect(counted(rule, [7, ...before, ...times(24, 75)])).toMatch(/^passed/);
    expect(counted(rule, [...times(72, 0), ...times(24, 1)])).toBe('broken: 24, usual are 0');
  });

  test('come in no gaps longer than allowed', () => {
    expect(counted({ kind: 'rowGap', atMostMs: 2 * hourMs }, [1, 0, 1, 0, 0, 1])).toBe(
      'passed: 2 hours from 2001-01-01T03',
    );
    expect(counted({ kind: 'rowGap', atMostMs: hourMs }, [1, 0, 1, 0, 0])).toBe('broken: 2 hours from 2001-01-01T03');
    expect(counted({ kind: 'rowGap', atMostMs: 0 }, [1, 1])).toBe('passed: rows in every hour');
  });

  test('are new enough', () => {
    const at = (minutes: number) => [begin + 3 * hourMs - minutes * 60_000];
    expect(judged({ kind: 'newestRow', withinMs: 30 * 60_000 }, 'date', [], [], at(30))).toMatch(/^passed/);
    expect(judged({ kind: 'newestRow', withinMs: 30 * 60_000 }, 'date', [], [], at(31))).toBe(
      'broken: 2001-01-01T02:29:00.000Z',
    );
    expect(judged({ kind: 'newestRow', withinMs: hourMs }, 'date', [], [])).toBe('broken: no row');
  });
});

describe('a measure of a column', () => {
  const measure = (name: string, bounds: object) =>
    ({ kind: 'measure', column: 'x', measure: name, ...bounds }) as never;

  test.each([
    ['mean', 'number', [1, 2, 6, null], 3, '3'],
    ['min', 'int', [-4, 2, null], -4, '-4'],
    ['max', 'number', [-4, 2.5, null], 2.5, '2.5'],
    ['distinct', 'string', ['a', 'b', 'a', null], 2, '2'],
    ['distinct', 'int', [1, 2, 3], 3, '3'],
    ['nullRate', 'string', ['a', null, null, 'b'], 0.5, '50 % (2 of 4)'],
  ] as const)('%s of a %s passes at both ends and is broken beyond', (name, type, rows, value, shown) => {
    expect(judged(measure(name, { atLeast: value, atMost: value }), type, rows)).toBe(`passed: ${shown}`);
    expect(judged(measure(name, { atLeast: value + 0.01 }), type, rows)).toBe(`broken: ${shown}`);
    expect(judged(measure(name, { atMost: value - 0.01 }), type, rows)).toBe(`broken: ${shown}`);
  });

  test('a quantile is that of the rows', () => {
    const rows = Array.from({ length: 100 }, (_, at) => at + 1);
    expect(judged(measure('quantile', { quantile: 0.95, atMost: 95 }), 'int', rows)).toBe('passed: 95');
    expect(judged(measure('quantile', { quantile: 0.95, atMost: 94 }), 'int', rows)).toBe('broken: 95');
  });

  test('is not judged without values, and told as an estimate where it is one', () => {
    expect(judged(measure('mean', { atLeast: 1 }), 'int', [null])).toBe('too little to say: no values');
    expect(judged(measure('nullRate', { atMost: 0 }), 'int', [])).toBe('too little to say: no values');
    const many = Array.from({ length: 3_000 }, (_, at) => `id ${at}`);
    expect(judged(measure('distinct', { atLeast: 1_000 }), 'string', many)).toMatch(/^passed: about \d,\d{3}$/);
  });

  test('a column varies or does not', () => {
    const rule = { kind: 'varies', column: 'x' } as const;
    expect(judged(rule, 'int', [5, 5], [5])).toBe('broken: 5 alone');
    expect(judged(rule, 'int', [5, 5], [6])).toBe('passed: it varies');
    expect(judged(rule, 'string', ['a', 'a', null])).toBe('broken: a alone');
    expect(judged(rule, 'string', ['a', 'b'])).toBe('passed: it varies');
    expect(judged(rule, 'number', [1.5, null])).toBe('too little to say: no values');
  });

  test('the share of rows where a comparison holds, null among the others', () => {
    const share = (bounds: object) => ({ kind: 'share', column: 'x', is: 'above', to: 15, ...bounds }) as never;
    const rows = [16, 15, 20, null];
    expect(judged(share({ atLeast: 0.5, atMost: 0.5 }), 'int', rows)).toBe('passed: 50 % (2 of 4)');
    expect(judged(share({ atLeast: 0.51 }), 'int', rows)).toBe('broken: 50 % (2 of 4)');
    expect(judged(share({ atMost: 0.49 }), 'int', rows)).toBe('broken: 50 % (2 of 4)');
    expect(judged(share({ atMost: 0.49 }), 'int', [])).toBe('too little to say: no values');
  });
});

describe('a change', () => {
  const stretches = { newestMs: 2 * hourMs, againstMs: 3 * hourMs };
  const values = { kind: 'newValues', column: 'x', ...stretches, atMost: 1 } as const;

  test('new values are those of the newest stretch that the one right before has not', () => {
    const before = [['z'], ['a'], ['b', null], ['c']];
    expect(judged(values, 'string', ...before, ['a', 'z'], ['b'])).toBe('passed: 1: z');
    expect(judged(values, 'string', ...before, ['a', 'z'], ['y'])).toBe('broken: 2: y, z');
    expect(judged(values, 'string', ...before, ['a'], [])).toBe('passed: 0');
    expect(judged(values, 'string', [], [], [], [], ['a'], [])).toBe('too little to say: no rows to compare');
    expect(judged(values, 'string', ['a'], [], ['b'], [])).toBe('too little to say: a window of 4 hours');
  });

  test('new values are found in a sample of many', () => {
    const many = (from: number, count: number) => Array.from({ length: count }, (_, at) => `id ${from + at}`);
    expect(judged(values, 'string', [], many(0, 4_000), [], many(4_000, 2_000), many(10, 3_000), [])).toBe(
      'passed: 0 of a sample of the values',
    );
    expect(judged(values, 'string', [], many(0, 4_000), [], many(4_000, 2_000), many(6_000, 3_000), [])).toMatch(
      /^broken: [1-9]\d* of a sample of the values: id \d/,
    );
  });

  test.each(['psi', 'jensenShannon', 'kolmogorovSmirnov'] as const)('drift by %s', (by) => {
    const random = seededRandom(3);
    const normal = (count: number, shift: number) => Array.from({ length: count }, () => 100 * random.normal() + shift);
    const drift = (atMost: number) => ({ kind: 'drift', column: 'x', by, ...stretches, atMost }) as const;
    const before = [[], normal(300, 0), normal(300, 0), normal(300, 0)];
    expect(judged(drift(0.15), 'number', ...before, normal(300, 0), normal(300, 0))).toMatch(
      /^passed: 0\.[\d.e-]+ \(600 rows against 900\)$/,
    );
    expect(judged(drift(0.2), 'number', ...before, normal(300, 0), normal(300, 200))).toMatch(/^broken: 0?/);
    expect(judged(drift(0), 'number', ...before, normal(300, 500), normal(199, 500))).toBe(
      'too little to say: 499 rows against 900',
    );
    expect(judged(drift(0), 'number', [], [], [], [], normal(600, 0), [])).toBe(
      'too little to say: 600 rows against 0',
    );
  });

  test('drift of texts needs 50 rows for each value', () => {
    const drift = { kind: 'drift', column: 'x', by: 'psi', ...stretches, atMost: 0.2 } as const;
    const before = [[], times(100, 'a'), times(100, 'b'), []];
    expect(judged(drift, 'string', ...before, times(75, 'a'), times(75, 'b'))).toMatch(/^passed: 0 /);
    expect(judged(drift, 'string', ...before, times(140, 'a'), times(10, 'b'))).toMatch(/^broken: /);
    expect(judged(drift, 'string', ...before, times(99, 'a'), [])).toBe('too little to say: 99 rows against 200');
  });
});

describe('the stretches of a window', () => {
  test('lie at its end, side by side, or are none', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(20), fc.nat(20), (hours, newest, against) => {
        const parts = partsOf(times(hours, 1));
        const { from, to } = wholeWindow(parts);
        expect(to - from).toBe(hours * hourMs);
        const found = comparedStretches({ newestMs: newest * hourMs, againstMs: against * hourMs }, parts);
        expect(found !== undefined).toBe(newest + against <= hours);
        if (found === undefined) return;
        expect([found.newest.to, found.newest.from]).toEqual([to, found.before.to]);
        expect(found.before.to - found.before.from).toBe(against * hourMs);
      }),
    );
  });

  test('are needed once each, and by rules over counts not at all', () => {
    const drift = { kind: 'drift', column: 'x', by: 'psi', newestMs: hourMs, againstMs: hourMs, atMost: 1 } as const;
    const rules: BatchRulePlan[] = [{ kind: 'rows', atLeast: 1 }, drift, { ...drift, column: 'y' }];
    expect(neededStretches(rules, partsOf([1, 1, 1])).map(({ from, to }) => [from - begin, to - begin])).toEqual([
      [2 * hourMs, 3 * hourMs],
      [hourMs, 2 * hourMs],
    ]);
    expect(neededStretches([drift], partsOf([1]))).toEqual([]);
  });
});

describe('broken rules', () => {
  const batch: BatchRulePlan[] = [
    { kind: 'rows', atLeast: 100 },
    { kind: 'rowsPerHour', atLeast: 3 },
    { kind: 'rowsPerDay', atLeast: 1 },
    { kind: 'rows', atMost: 9 },
  ];

  test('are told in one error, all of them with their values', () => {
    expect(() => judgeWindow(contract(batch), partsOf([3, 2]), null)).toThrow(
      "batch.rule-broken: expected at least 100 rows in the window; at least 3 rows an hour in contract 'c', but came 5 in the window (rows.atLeast); 2 in 2001-01-01T01 (rows.perHour.atLeast).",
    );
  });

  test('that warn are given back, and told', () => {
    const severity: Record<string, Severity> = { 'rows.atLeast': 'warn', 'rows.perHour.atLeast': 'warn' };
    const found = judgeWindow(contract(batch, severity), partsOf([3, 2]), null);
    expect(found.map(({ rule, severity: of, outcome }) => [rule, of, outcome])).toEqual([
      ['rows.atLeast', 'warn', 'broken'],
      ['rows.perHour.atLeast', 'warn', 'broken'],
      ['rows.perDay.atLeast', 'reject', 'too little to say'],
      ['rows.atMost', 'reject', 'passed'],
    ]);
    expect(batchWarningsText(found)).toBe(
      'warnings of the window: rows.atLeast (5 in the window), rows.perHour.atLeast (2 in 2001-01-01T01); too little to judge: rows.perDay.atLeast (the window has no whole day)',
    );
    expect(batchWarningsText(found.slice(3))).toBe('');
  });
});
