import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contractOutcome } from '../../core/contractOutcome.ts';
import type { ContractPlan, Severity } from '../../core/contractPlan.ts';
import type { DataPorts } from '../../datasets/dataPorts.ts';
import { validatePartitions } from '../../datasets/partitions/validatePartitions.ts';
import { readQuarantine } from '../../datasets/quarantine/readQuarantine.ts';
import { requireNotRejected } from '../../datasets/quarantine/requireNotRejected.ts';
import { indexSource } from '../../datasets/sources/indexSource.ts';
import { failure, flights, openWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
  const lines = ['00:00,5', '00:01,1501', '00:02,-121', '00:03,1502', '01:00,7'].map((row) => {
    const [time, delay] = row.split(',');
    return `2001-01-01T${time},${delay},100,${delay === '1502' ? 'aa' : 'AAA'},BBB`;
  });
  await writeFile(join(bench.folder, 'x.csv'), `date,delay,distance,origin,destination\n${lines.join('\n')}\n`);
});
afterAll(() => bench.close());

const contract = (severity: Record<string, Severity> = {}, version = '1.0.0'): ContractPlan => {
  return { ...flights({ path: 'x.csv' }, 'csv'), severity, version };
};

async function judged(plan: ContractPlan, ports: DataPorts = bench.emptied()) {
  const hours = ['2001-01-01T00', '2001-01-01T01'];
  const found = await validatePartitions(ports, plan, await indexSource(ports, plan), hours, undefined);
  return { ...found, ports, quarantine: await readQuarantine(ports, plan, found.parts) };
}

test('a row that breaks a rule of severity warn stays clean and is counted, beside rows in quarantine', async () => {
  const plan = contract({ 'delay.max': 'warn' });
  const { parts, quarantine } = await judged(plan);
  expect(parts.map(({ rows, quarantined, reasons, warnings }) => ({ rows, quarantined, reasons, warnings }))).toEqual([
    { rows: 2, quarantined: 2, reasons: { 'delay.min': 1, 'origin.pattern': 1 }, warnings: { 'delay.max': 2 } },
    { rows: 1, quarantined: 0, reasons: {}, warnings: {} },
  ]);
  expect(quarantine.map(({ reasons }) => reasons)).toEqual([['delay.min'], ['origin.pattern']]);
  expect(contractOutcome({ ...plan, quarantine: { atMost: 0.5 } }, parts).outcome).toBe('partly quarantined');
});

test('all rules may warn', async () => {
  const { parts } = await judged(contract({ 'delay.max': 'warn', 'delay.min': 'warn', 'origin.pattern': 'warn' }));
  expect(parts.map(({ rows, warnings }) => [rows, warnings])).toEqual([
    [4, { 'delay.max': 2, 'delay.min': 1, 'origin.pattern': 1 }],
    [1, {}],
  ]);
});

test('what only warns makes other partitions; what rejects in place of quarantine does not', async () => {
  const { parts, ports } = await judged(contract());
  expect((await judged(contract({ 'delay.max': 'reject' }), ports)).reused).toBe(2);
  const warned = await judged(contract({ 'delay.max': 'warn' }), ports);
  expect(warned.reused).toBe(0);
  expect(warned.parts[0]?.key).not.toBe(parts[0]?.key);
  expect((await judged(contract(), ports)).parts).toEqual(parts);
});

test('a rule of severity reject is told with its rows and the first of them', async () => {
  const plan = contract({ 'delay.max': 'reject', 'origin.pattern': 'reject' });
  const { parts, ports } = await judged(plan);
  const message = await failure(requireNotRejected(ports, plan, parts));
  expect(message).toMatch(/^contract\.rejected: .*'delay\.max'.*2 rows, such as row 1 of 2001-01-01T00 in .*x\.csv: /);
  expect(message).toContain('"delay":"1501"');
  await requireNotRejected(ports, contract({ 'delay.max': 'quarantine', 'origin.pattern': 'warn' }), parts);
});

test('every row in quarantine says by which contract and version it was judged', async () => {
  const { parts, ports } = await judged(contract({}, '2.1.0'));
  const path = await ports.store.file(`datasets/flights/partitions/${parts[0]?.key}/quarantine.parquet`);
  const found = await bench.database.rows(`SELECT DISTINCT _contract FROM read_parquet('${path}')`);
  expect(found).toEqual([{ _contract: 'flights@2.1.0' }]);
});
