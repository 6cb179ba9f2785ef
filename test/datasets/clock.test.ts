import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ContractPlan, Severity } from '../../core/contractPlan.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { DataPorts } from '../../datasets/dataPorts.ts';
import { validateFile } from '../../datasets/partitions/validateFile.ts';
import { validatePartitions } from '../../datasets/partitions/validatePartitions.ts';
import { freezeSnapshot } from '../../datasets/snapshots/freezeSnapshot.ts';
import { indexSource } from '../../datasets/sources/indexSource.ts';
import { column, failure, flights, openWorkbench, type Workbench } from './workbench.ts';

// Verdicts that depend on the time at which rows are judged: which of them are made again, and which hold for ever.

const hours = ['2001-01-01T00', '2001-01-01T01', '2001-01-01T02'];
const noon = Date.UTC(2001, 0, 1, 12);
const minute = 60_000;

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
  const rows = ['00:00,2001-01-01T12:05', '00:01,2001-01-01T12:06', '01:00,2001-01-01T01:00', '02:00,'];
  await writeFile(join(bench.folder, 'x.csv'), `date,due\n${rows.map((row) => `2001-01-01T${row}`).join('\n')}\n`);
});
afterAll(() => bench.close());

function contract(severity: Record<string, Severity> = {}): ContractPlan {
  const columns = [column('date', 'date'), { ...column('due', 'date'), nullable: true }];
  const rules = [{ kind: 'notInFuture', column: 'due', byMs: 5 * minute }] as const;
  return { ...flights({ path: 'x.csv' }, 'csv'), columns, rules, severity, quarantine: { atMost: 1 } };
}

async function judged(ports: DataPorts, judgedAt: number, plan = contract(), previous?: Snapshot) {
  const index = await indexSource(ports, plan);
  return validatePartitions(ports, plan, index, hours, previous, undefined, judgedAt);
}

test('hours without a row in the future are judged once, the others by each time until it has passed them', async () => {
  const ports = bench.emptied();
  const first = await judged(ports, noon);
  expect(first.parts.map(({ rows, reasons }) => [rows, reasons])).toEqual([
    [1, { 'due.notInFuture': 1 }],
    [1, {}],
    [1, {}],
  ]);
  const later = await judged(ports, noon + minute);
  expect([later.validated, later.parts[0]?.rows]).toEqual([[hours[0]], 2]);
  const settled = await judged(ports, noon + 2 * minute);
  expect(settled.validated).toEqual([]);
  expect(settled.parts).toEqual(later.parts);
});

test('the same time gives the same partitions: in a retry, after a snapshot, and in a store of its own', async () => {
  const ports = bench.emptied();
  const first = await judged(ports, noon);
  const retry = await judged(ports, noon);
  expect([retry.validated, retry.parts]).toEqual([[], first.parts]);
  const frozen = await freezeSnapshot(ports.store, contract(), first.parts);
  expect((await judged(ports, noon, contract(), frozen)).validated).toEqual([]);
  const others = await judged(ports, noon + minute, contract(), frozen);
  expect(others.validated).toEqual([hours[0]]);
  expect((await judged(bench.emptied(), noon + minute)).parts).toEqual(others.parts);
});

test('a rule that only warns depends on the time as well', async () => {
  const ports = bench.emptied();
  const plan = contract({ 'due.notInFuture': 'warn' });
  const warned = await judged(ports, noon, plan);
  expect(warned.parts.map(({ rows, warnings }) => [rows, warnings])).toEqual([
    [2, { 'due.notInFuture': 1 }],
    [1, {}],
    [1, {}],
  ]);
  const later = await judged(ports, noon + minute, plan);
  expect([later.validated, later.parts[0]?.warnings]).toEqual([[hours[0]], {}]);
  expect(later.parts[0]?.content).toBe(warned.parts[0]?.content);
});

test('a file is judged by the time that is given, and not at all without one', async () => {
  const at = { judgedAt: noon };
  const report = await validateFile(bench.emptied(), contract(), 'x.csv', at);
  expect(report).toMatchObject({ quarantined: 1, outcome: 'partly quarantined' });
  expect(report.rules).toEqual([
    {
      rule: 'due.notInFuture',
      text: 'due is not in the future by more than 5 minutes',
      severity: 'quarantine',
      rows: 1,
    },
  ]);
  const warned = await validateFile(bench.emptied(), contract({ 'due.notInFuture': 'warn' }), 'x.csv', at);
  expect(warned).toMatchObject({ quarantined: 0, outcome: 'pass with warnings', samples: [] });
  expect(warned.rules).toMatchObject([{ rule: 'due.notInFuture', severity: 'warn', rows: 1 }]);
  const rejected = await validateFile(bench.emptied(), contract({ 'due.notInFuture': 'reject' }), 'x.csv', at);
  expect([rejected.outcome, rejected.withinBudget]).toEqual(['rejected', true]);
  expect(await failure(validateFile(bench.emptied(), contract(), 'x.csv'))).toMatch(/^input\.invalid: .*'due'/);
});
