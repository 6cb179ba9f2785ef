import { mkdtemp, rm, stat } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '../core/plan.ts';
import { hourStart } from '../core/time.ts';
import { runWindow } from '../core/window.ts';
import { type Database, openDatabase } from '../datasets/database.ts';
import type { DataPorts } from '../datasets/dataPorts.ts';
import { validatePartitions } from '../datasets/partitions/validatePartitions.ts';
import { indexSource } from '../datasets/sources/indexSource.ts';
import { sourceFile } from '../datasets/sources/sourceFile.ts';
import { localDisk } from '../storage/localDisk.ts';
import { dirtyGroups } from './dirty/dirtyGroups.ts';
import { flightPlan } from './flightPlan.ts';
import type { Bench, BenchCase, BenchGroup } from './harness.ts';

const root = join(import.meta.dirname, '..');
const whole = 'whole file, validated and partitioned';

/**
 * The contract of the flights over all 3,000,000 rows and over the window of one run, and a file of dirty flights that
 * is judged alone; with peers, theirs beside it.
 */
export async function contractBench({ peers }: { peers: boolean }): Promise<Bench> {
  const scratch = await mkdtemp(join(tmpdir(), 'whet-bench-'));
  const database = await openDatabase({
    threads: availableParallelism(),
    memoryLimitMb: 2_048,
    temporaryFolder: scratch,
  });
  const plan = await flightPlan();
  const file = await sourceFile({ store: localDisk(scratch), database, folder: root }, plan.contract.source);
  const megabytes = (await stat(file)).size / 1e6;
  const window: BenchCase = {
    name: 'window of one run (17 days)',
    unit: 's',
    better: 'lower',
    measure: () => seconds(plan, database, scratch, 'window'),
  };
  const dirty = await dirtyGroups(database, scratch, file, peers);
  return {
    runs: 5,
    cases: [window],
    groups: [...dirty.groups, wholeFile(megabytes, () => seconds(plan, database, scratch, 'all'))],
    ratios: dirty.ratios,
    conditions: [
      `flights-3m.parquet, 3,000,000 rows, ${megabytes.toFixed(1)} MB; 17 rules in one pass; index, 4,282 partitions, quarantine and reports written and flushed`,
      ...dirty.conditions,
    ],
    close: async () => {
      database.close();
      await rm(scratch, { recursive: true });
    },
  };
}

/** One measurement, told as rows and as bytes of the compressed file. */
function wholeFile(megabytes: number, taken: () => Promise<number>): BenchGroup {
  const [rows, bytes] = [whole, `${whole} (compressed)`];
  return {
    figures: [
      { name: rows, unit: 'rows/s', better: 'higher' },
      { name: bytes, unit: 'MB/s', better: 'higher' },
    ],
    async measureAll() {
      const inSeconds = await taken();
      return { [rows]: 3_000_000 / inSeconds, [bytes]: megabytes / inSeconds };
    },
  };
}

async function seconds(plan: Plan, database: Database, scratch: string, what: 'all' | 'window'): Promise<number> {
  const folder = await mkdtemp(join(scratch, 'store-'));
  const ports: DataPorts = { store: localDisk(folder), database, folder: root };
  const started = performance.now();
  const index = await indexSource(ports, plan.contract);
  const hours = what === 'all' ? index.hours.map(({ hour }) => hour) : runWindow(plan, hourStart('2001-03-15T12')).all;
  await validatePartitions(ports, plan.contract, index, hours, undefined);
  const taken = (performance.now() - started) / 1_000;
  await rm(folder, { recursive: true });
  return taken;
}
