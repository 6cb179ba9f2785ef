import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Bench, BenchGroup } from './harness.ts';
import { freezeInChild } from './ndjson/freezeInChild.ts';
import { type FlightShape, type MadeFlights, writeMadeFlights } from './ndjson/madeFlights.ts';

/** Cores of the machine that the load is promised for, and what DuckDB may hold there. */
const [threads, memoryLimitMb] = [2, 1_000];
/** Batches that a worker judges beside each other. */
const atOnce = 2;

/** NDJSON to quarantine to snapshot, each time in a fresh process on an empty store: speed and memory. */
export async function ndjsonBench(): Promise<Bench> {
  const scratch = await mkdtemp(join(tmpdir(), 'whet-bench-'));
  const made: readonly MadeFlights[] = [
    { shape: 'wide', rows: 2_000_000, hours: 4 },
    { shape: 'narrow', rows: 3_000_000, hours: 4 },
  ];
  return {
    runs: 3,
    cases: [],
    groups: await Promise.all(made.map((flights) => groupOf(scratch, flights))),
    ratios: [],
    conditions: [
      'made flights with 8 bad rows in 3,000, 4 hours in order of time; wide: 2,000,000 rows of 13 columns; narrow: 3,000,000 rows of the 5 columns of the demo',
      'read and hashed, staged, judged by all rules of the contract, quarantine with all reasons, sorted zstd Parquet by the hour, sketches, digests and reports written and flushed, snapshot frozen',
      `a fresh process each time with compiled modules kept from the one before, ${atOnce} batches of partitions at once as in a worker, store on the local disk; DuckDB with ${threads} threads and ${memoryLimitMb} MB; every count of bad rows is checked`,
    ],
    close: () => rm(scratch, { recursive: true }),
  };
}

async function groupOf(scratch: string, made: MadeFlights): Promise<BenchGroup> {
  const { shape } = made;
  const file = join(scratch, `${shape}.ndjson`);
  const bad = await writeMadeFlights(file, made);
  return {
    figures: [
      { name: named(shape, 'bytes'), unit: 'MB/s', better: 'higher' },
      { name: named(shape, 'rows'), unit: 'rows/s', better: 'higher' },
      { name: named(shape, 'bytes by the processor time of two cores'), unit: 'MB/s', better: 'higher' },
      { name: named(shape, 'peak memory'), unit: 'MB', better: 'lower' },
    ],
    async measureAll() {
      const done = await freezeInChild(scratch, { file, shape, threads, memoryLimitMb, atOnce });
      if (done.rows !== made.rows || !isDeepStrictEqual(done.reasons, { ...bad })) {
        throw new Error(`expected ${made.rows} rows and ${JSON.stringify(bad)}, but came ${JSON.stringify(done)}`);
      }
      return {
        [named(shape, 'bytes')]: done.megabytes / done.seconds,
        [named(shape, 'rows')]: done.rows / done.seconds,
        [named(shape, 'bytes by the processor time of two cores')]: (done.megabytes / done.cpuSeconds) * threads,
        [named(shape, 'peak memory')]: done.peakMb,
      };
    },
  };
}

function named(shape: FlightShape, what: string): string {
  return `${shape}: ${what}`;
}
