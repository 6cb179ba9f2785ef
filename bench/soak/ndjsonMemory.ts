import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { freezeInChild } from '../ndjson/freezeInChild.ts';
import type { FreezeOutcome } from '../ndjson/freezeMadeFlights.ts';
import { writeMadeFlights } from '../ndjson/madeFlights.ts';

export interface NdjsonMemoryOptions {
  readonly folder: string;
  readonly gigabytes: number;
  /** Batches of partitions that are judged beside each other. */
  readonly atOnce: number;
  readonly report: (line: string) => void;
}

export interface NdjsonMemoryReport extends FreezeOutcome {
  readonly soak: 'ndjson-memory';
  readonly atOnce: number;
  readonly memoryLimitMb: number;
  readonly violations: readonly string[];
}

/** What a process with DuckDB at `memoryLimitMb` may come to, however large the file is. */
const mostMb = 1_600;
const memoryLimitMb = 1_000;
const threads = 2;
/** A wide line, and the rows of an hour: a batch of one hour, which is never cut. */
const lineBytes = 238;
const rowsPerHour = 1_000_000;

/** Makes one large NDJSON file, freezes it in a process of its own, and tells what that took. */
export async function ndjsonMemory({
  folder,
  gigabytes,
  atOnce,
  report,
}: NdjsonMemoryOptions): Promise<NdjsonMemoryReport> {
  const rows = Math.round((gigabytes * 1e9) / lineBytes);
  const made = { shape: 'wide', rows, hours: Math.ceil(rows / rowsPerHour) } as const;
  await requireSpace(folder, gigabytes);
  const file = join(folder, 'large.ndjson');
  report(`writing ${gigabytes} GB, ${rows} rows of ${made.hours} hours`);
  const bad = await writeMadeFlights(file, made);
  report(`freezing it, ${atOnce} at once`);
  const done = await freezeInChild(folder, { file, shape: made.shape, threads, memoryLimitMb, atOnce });
  const violations = [
    ...(done.rows === rows ? [] : [`${done.rows} rows came of ${rows}`]),
    ...(isDeepStrictEqual(done.reasons, { ...bad })
      ? []
      : [`bad rows came as ${JSON.stringify(done.reasons)} of ${JSON.stringify(bad)}`]),
    ...(done.peakMb <= mostMb ? [] : [`${done.peakMb.toFixed(0)} MB at its peak, of ${mostMb}`]),
  ];
  return { soak: 'ndjson-memory', atOnce, memoryLimitMb, ...done, violations };
}

/** The file, what it is staged as, its partitions, and what is spilled. */
async function requireSpace(folder: string, gigabytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = (bavail * bsize) / 1e9;
  if (free < 2.5 * gigabytes)
    throw new Error(`expected ${2.5 * gigabytes} GB free in ${folder}, but came ${free.toFixed(1)} GB`);
}
