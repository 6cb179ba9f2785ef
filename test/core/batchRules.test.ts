import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BatchRulePlan } from '../../core/batchRulePlan.ts';
import { judgeWindow } from '../../core/batchRules.ts';
import type { ContractPlan } from '../../core/contractPlan.ts';
import type { PartitionVersion } from '../../core/snapshot.ts';
import { hourMs, hourOf } from '../../core/time.ts';

function contract(atMost: number, batch: readonly BatchRulePlan[] = []): ContractPlan {
  const source = { kind: 'parquet', at: { path: 'x' }, partition: 'hour' } as const;
  return {
    id: 'c',
    version: '1.0.0',
    source,
    key: [],
    columns: [],
    eventTime: 'at',
    rules: [],
    across: [],
    batch,
    severity: {},
    quarantine: { atMost },
  };
}

function part(hour: string, read: number, quarantined = 0, reasons: Record<string, number> = {}): PartitionVersion {
  return { hour, key: hour, read, quarantined, rows: read - quarantined, object: null, content: '', reasons };
}

/** Parts of consecutive hours from the one that begins `from` hours after 2001. */
function window(from: number, reads: readonly number[]): PartitionVersion[] {
  return reads.map((read, at) => part(hourOf(Date.UTC(2001, 0) + (from + at) * hourMs), read));
}

function verdict(...given: Parameters<typeof judgeWindow>): string {
  try {
    judgeWindow(...given);
    return 'good';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('the quarantine budget', () => {
  test('a whole share is exactly met or not, whatever floats make of it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), fc.nat(), (read, drawn) => {
        const quarantined = drawn % (read + 1);
        const parts = [part('2001-01-01T00', read, quarantined)];
        expect(verdict(contract(quarantined / read), parts, null)).toBe('good');
        if (quarantined === 0) return;
        expect(verdict(contract((quarantined - 0.5) / read), parts, null)).toMatch(/^quarantine\.over-budget/);
      }),
    );
  });

  test('is over the whole window and the undated rows, however they are split', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(100), fc.nat(100)), { minLength: 1, maxLength: 30 }), (counts) => {
        const parts = counts.map(([good, bad], at) => part(hourOf(at * hourMs), good + bad, bad));
        const read = counts.reduce((sum, [good, bad]) => sum + good + bad, 0);
        const bad = counts.reduce((sum, [, held]) => sum + held, 0);
        const one = verdict(contract(0.3), [part('1970-01-01T00', read, bad)], null);
        expect(verdict(contract(0.3), parts, null)).toBe(one);
        expect(verdict(contract(0.3), parts.slice(1), parts[0] ?? null)).toBe(one);
      }),
    );
  });

  test('tells the share, the counts and the worst rules', () => {
    const parts = [
      part('2001-01-01T00', 150_000, 9_000, { 'a.min': 9_000 }),
      part('2001-01-01T01', 150_000, 6_000, { 'b.max': 6_000, 'a.min': 1_000 }),
    ];
    expect(verdict(contract(0.01), parts, null)).toMatch(
      /^quarantine\.over-budget: expected at most 1 % of the rows of contract 'c' in quarantine, but came 5 % \(15,000 of 300,000\); worst rules: a\.min \(10,000\), b\.max \(6,000\)\./,
    );
  });

  test('has nothing against no rows', () => {
    expect(verdict(contract(0), [part('2001-01-01T00', 0)], null)).toBe('good');
  });
});

describe('rows per day', () => {
  test('judges the whole days of the window alone', () => {
    fc.assert(
      fc.property(fc.nat(47), fc.integer({ min: 1, max: 100 }), fc.nat(10), (from, hours, poor) => {
        const parts = window(
          from,
          Array.from({ length: hours }, (_, at) => (at === poor ? 9 : 10)),
        );
        const firstDay = Math.ceil(from / 24);
        const lastDay = Math.floor((from + hours) / 24);
        const poorDay = Math.floor((from + poor) / 24);
        const isJudged = poor < hours && poorDay >= firstDay && poorDay < lastDay;
        const found = verdict(contract(1, [{ kind: 'rowsPerDay', atLeast: 240 }]), parts, null);
        expect(found !== 'good').toBe(isJudged);
        if (isJudged) expect(found).toContain(`239 on 2001-01-0${poorDay + 1}`);
      }),
    );
  });

  test('counts rows as read, also those in quarantine, and has an upper limit', () => {
    const parts = window(0, Array(24).fill(10)).map((held) => ({ ...held, quarantined: 10, rows: 0 }));
    expect(verdict(contract(1, [{ kind: 'rowsPerDay', atLeast: 240, atMost: 240 }]), parts, null)).toBe('good');
    expect(verdict(contract(1, [{ kind: 'rowsPerDay', atMost: 239 }]), parts, null)).toMatch(
      /^batch\.rule-broken: expected at most 239 rows a day in contract 'c', but came 240 on 2001-01-01/,
    );
  });
});
