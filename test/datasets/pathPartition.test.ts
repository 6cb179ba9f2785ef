import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { validatePartitions } from '../../datasets/partitions/validatePartitions.ts';
import { readQuarantine } from '../../datasets/quarantine/readQuarantine.ts';
import { indexSource } from '../../datasets/sources/indexSource.ts';
import { failure, flights, openWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

/** A folder of CSV files, by path: the event times of their rows. */
async function folderOf(files: Readonly<Record<string, readonly string[]>>): Promise<ContractPlan> {
  const folder = await mkdtemp(join(bench.folder, 'path-'));
  for (const [name, times] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    const lines = times.map((time, i) => `${time},${i},100,AAA,BBB`);
    await writeFile(path, `${['date,delay,distance,origin,destination', ...lines].join('\n')}\n`);
  }
  const plan = flights({ path: folder }, 'csv');
  return { ...plan, source: { ...plan.source, partition: 'path' } };
}

async function judged(contract: ContractPlan) {
  const ports = bench.emptied();
  const index = await indexSource(ports, contract);
  const hours = index.hours.map(({ hour }) => hour);
  const { parts, undated } = await validatePartitions(ports, contract, index, hours, undefined);
  const quarantine = await readQuarantine(ports, contract, parts);
  return {
    hours: parts.map(({ hour, rows, quarantined }) => [hour, rows, quarantined]),
    undated,
    bad: quarantine.map(({ hour, reasons }) => [hour, reasons]),
    newest: new Date(index.newestMs).toISOString(),
  };
}

test('a row lies in the hour that its path names, and is bad where its time says another', async () => {
  const contract = await folderOf({
    'dt=2001-01-01/hour=00/a.csv': ['2001-01-01T00:00:00Z', '2001-01-01T00:59:59Z', '2001-01-01T01:00:00Z'],
    'dt=2001-01-01/hour=01/a.csv': ['2001-01-01T01:00:00Z', '2000-12-31T23:59:59Z', 'never', '2099-01-01T00:00:00Z'],
  });
  expect(await judged(contract)).toEqual({
    hours: [
      ['2001-01-01T00', 2, 1],
      ['2001-01-01T01', 1, 3],
    ],
    undated: null,
    bad: [
      ['2001-01-01T00', ['row.misplaced']],
      ['2001-01-01T01', ['row.misplaced']],
      ['2001-01-01T01', ['date.type']],
      ['2001-01-01T01', ['row.misplaced']],
    ],
    newest: '2001-01-01T01:00:00.000Z',
  });
});

test('a row of a day lies in its own hour, and in the first one where it has none', async () => {
  const contract = await folderOf({
    'dt=2001-01-02/a.csv': ['2001-01-02T05:00:00Z', '', '2001-01-02T23:59:59Z', '2001-01-03T00:00:00Z'],
  });
  expect((await judged(contract)).hours).toEqual([
    ['2001-01-02T00', 0, 2],
    ['2001-01-02T05', 1, 0],
    ['2001-01-02T23', 1, 0],
  ]);
});

test('the same file under another path is another partition', async () => {
  const times = ['2001-01-01T00:10:00Z'];
  const contract = await folderOf({ 'dt=2001-01-01/hour=00/a.csv': times, 'dt=2001-01-01/hour=05/a.csv': times });
  expect((await judged(contract)).hours).toEqual([
    ['2001-01-01T00', 1, 0],
    ['2001-01-01T05', 0, 1],
  ]);
});

test('a path that names no hour is told', async () => {
  const contract = await folderOf({ 'dt=2001-01-01/hour=00/a.csv': [], 'later/a.csv': ['2001-01-01T00:10:00Z'] });
  expect(await failure(judged(contract))).toMatch(/^source\.unplaced.*later\/a\.csv/);
});

test('rows that lie by path give the partitions that they give by time', async () => {
  const contract = await folderOf({
    'dt=2001-01-01/hour=00/a.csv': ['2001-01-01T00:10:00Z', '2001-01-01T00:20:00Z'],
    'dt=2001-01-01/hour=03/a.csv': ['2001-01-01T03:10:00Z'],
  });
  const byTime: ContractPlan = { ...contract, source: { ...contract.source, partition: 'hour' } };
  expect(await judged(contract)).toEqual(await judged(byTime));
});
