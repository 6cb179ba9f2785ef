import { describe, expect, test } from 'vitest';
import { contractOutcome, outcomeText } from '../../core/contractOutcome.ts';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { batchSeverity, ruleSeverities } from '../../core/severity.ts';
import { flights } from '../datasets/workbench.ts';

const contract = (changes: Partial<ContractPlan> = {}): ContractPlan => ({ ...flights({ path: 'x' }), ...changes });
const counts = (read: number, quarantined: number, reasons = {}, warnings = {}) => {
  return { read, quarantined, reasons, warnings };
};

describe('the outcome of a contract', () => {
  const half = contract({ quarantine: { atMost: 0.5 } });
  const severe = contract({ severity: { 'delay.max': 'reject' }, quarantine: { atMost: 1 } });
  test.each([
    ['pass', half, [counts(10, 0), counts(0, 0)]],
    ['pass with warnings', half, [counts(10, 0), counts(10, 0, {}, { 'delay.max': 1 })]],
    ['partly quarantined', half, [counts(2, 1, { 'delay.min': 1 }, { 'delay.max': 1 })]],
    ['rejected', half, [counts(2, 1, { 'delay.min': 1 }), counts(1, 1, { 'delay.min': 1 })]],
    ['partly quarantined', severe, [counts(2, 2, { 'delay.min': 2 })]],
    ['rejected', severe, [counts(999, 0), counts(2, 1, { 'delay.max': 1, 'delay.min': 1 })]],
    ['pass', severe, []],
  ] as const)('is %s', (outcome, of, parts) => {
    expect(contractOutcome(of, parts).outcome).toBe(outcome);
  });

  test('adds up the rows of each rule, and counts none in partitions of earlier versions', () => {
    const { warnings: _, ...earlier } = counts(9, 0);
    const parts = [
      counts(9, 1, { 'delay.max': 1 }, { 'delay.min': 2 }),
      counts(9, 2, { 'delay.max': 2 }, { x: 1 }),
      earlier,
    ];
    expect(contractOutcome(severe, parts)).toEqual({
      outcome: 'rejected',
      warnings: { 'delay.min': 2, x: 1 },
      windowWarnings: [],
      rejecting: { 'delay.max': 3 },
    });
  });

  test('counts rules over the window that are broken', () => {
    const finding = (severity: 'warn' | 'reject', outcome: 'passed' | 'broken') => ({ rule: 'x', severity, outcome });
    const of = (...findings: ReturnType<typeof finding>[]) => contractOutcome(half, [counts(9, 0)], findings);
    expect(of(finding('reject', 'passed'), finding('warn', 'passed')).outcome).toBe('pass');
    expect(of(finding('warn', 'broken'))).toMatchObject({ outcome: 'pass with warnings', windowWarnings: ['x'] });
    expect(of(finding('warn', 'broken'), finding('reject', 'broken')).outcome).toBe('rejected');
  });

  test('is told in a line', () => {
    expect(outcomeText({ outcome: 'pass', warnings: {}, windowWarnings: [] })).toBe('pass');
    const warnings = { 'delay.max': 2, 'origin.pattern': 1 };
    expect(outcomeText({ outcome: 'pass with warnings', warnings, windowWarnings: ['rows.perDay'] })).toBe(
      'pass with warnings; warnings: delay.max in 2 rows, origin.pattern in 1 row, rows.perDay',
    );
  });
});

test('rules of rows quarantine and rules of the window reject, unless the contract says otherwise', () => {
  const batch = [
    { kind: 'rowsPerDay', atLeast: 1 },
    { kind: 'rowsPerDay', atMost: 9 },
  ] as const;
  const severity = { 'delay.max': 'reject', 'rows.perDay.atMost': 'warn' } as const;
  const rules = ruleSeverities(contract({ key: ['origin', 'date'], batch, severity }));
  const of = (id: string) => rules.find((rule) => rule.id === id);
  expect(of('delay.min')).toEqual({ id: 'delay.min', severity: 'quarantine', may: ['warn', 'quarantine', 'reject'] });
  expect(of('delay.max')?.severity).toBe('reject');
  expect(of('delay.required')?.may).toEqual(['quarantine', 'reject']);
  expect(of('origin+date.unique')?.severity).toBe('quarantine');
  expect(of('rows.perDay.atLeast')).toMatchObject({ severity: 'reject', may: ['warn', 'reject'] });
  expect(of('rows.perDay.atMost')?.severity).toBe('warn');
  expect(batchSeverity({ severity }, 'rows.perDay.atMost')).toBe('warn');
});
