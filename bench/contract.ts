import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Plan } from '../core/plan.ts';
import { hourStart } from '../core/time.ts';
import { runWindow } from '../core/window.ts';
import { type Database, openDatabase } from '../datasets/database.ts';
import type { DataPorts } from '../datasets/dataPorts.ts';
import { validateFile } from '../datasets/partitions/validateFile.ts';
import { validatePartitions } from '../datasets/partitions/validatePartitions.ts';
import { indexSource } from '../datasets/sources/indexSource.ts';
import { sourceFile } from '../datasets/sources/sourceFile.ts';
import { localDisk } from '../storage/localDisk.ts';
import { flightPlan } from './flightMatrix.ts';
import type { Bench, BenchCase, BenchGroup } from './harness.ts';
import { pythonPeer } from './pythonPeer.ts';

const execute = promisify(execFile);
const root = join(import.meta.dirname, '..');
const whole = 'whole file, validated and partitioned';
const judged = 'whole file, hashed, read and judged';

/** The contract of the flights over all 3,000,000 rows, and over the window of one run; with peers, pandera beside it. */
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
  const peer = peers ? await pythonPeer('pandera', ['pandera[polars]', 'polars']) : undefined;
  const python = peer === undefined ? undefined : join(peer, 'bin', 'python');
  const window: BenchCase = {
    name: 'window of one run (17 days)',
    unit: 's',
    better: 'lower',
    measure: () => seconds(plan, database, scratch, 'window'),
  };
  const judging: BenchCase = {
    name: judged,
    unit: 'rows/s',
    better: 'higher',
    measure: async () => 3_000_000 / (await judgingSeconds(plan, database, scratch, file)),
  };
  const theirs: BenchCase[] =
    python === undefined
      ? []
      : [
          {
            name: 'pandera on polars, reading and validating only',
            unit: 'rows/s',
            better: 'higher',
            measure: async () => 3_000_000 / (await panderaSeconds(python, file)),
          },
        ];
  return {
    runs: 5,
    cases: [window, judging, ...theirs],
    groups: [wholeFile(megabytes, () => seconds(plan, database, scratch, 'all'))],
    ratios:
      python === undefined
        ? []
        : [
            {
              name: 'whetstone to pandera',
              of: judged,
              to: 'pandera on polars, reading and validating only',
            },
          ],
    conditions: [
      `flights-3m.parquet, 3,000,000 rows, ${megabytes.toFixed(1)} MB; 17 rules in one pass; index, 4,282 partitions, quarantine and reports written and flushed`,
      'hashed, read and judged: all that whet validate does in process, with all reasons of each row; nothing is partitioned',
      'pandera reads and validates in memory and writes nothing',
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

async function judgingSeconds(plan: Plan, database: Database, scratch: string, file: string): Promise<number> {
  const folder = await mkdtemp(join(scratch, 'store-'));
  const started = performance.now();
  await validateFile({ store: localDisk(folder), database, folder: root }, plan.contract, file);
  const taken = (performance.now() - started) / 1_000;
  await rm(folder, { recursive: true });
  return taken;
}

const panderaScript = `
import sys, time, polars as pl, pandera.polars as pa
start = time.perf_counter()
frame = pl.read_parquet(sys.argv[1])
code = pa.Check.str_matches('^[A-Z0-9]{3}$')
schema = pa.DataFrameSchema({
  'date': pa.Column(nullable=False), 'delay': pa.Column(nullable=False, checks=pa.Check.in_range(-120, 1500)),
  'distance': pa.Column(nullable=False, checks=pa.Check.in_range(1, 6000)),
  'origin': pa.Column(nullable=False, checks=code), 'destination': pa.Column(nullable=False, checks=code)},
  checks=pa.Check(lambda d: d.lazyframe.select(pl.col('origin') != pl.col('destination'))))
try: schema.validate(frame, lazy=True)
except pa.errors.SchemaErrors: pass
print(time.perf_counter() - start)
`;

async function panderaSeconds(python: string, file: string): Promise<number> {
  const { stdout } = await execute(python, ['-c', panderaScript, file]);
  return Number(stdout.trim().split('\n').at(-1));
}
