import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { openDatabase } from '../../datasets/database.ts';
import type { DataPorts } from '../../datasets/dataPorts.ts';
import { lookUpPartitions } from '../../datasets/partitions/lookUpPartitions.ts';
import { partitionBatches, validateBatch } from '../../datasets/partitions/partitionBatches.ts';
import { validatePartitions } from '../../datasets/partitions/validatePartitions.ts';
import { freezeSnapshot } from '../../datasets/snapshots/freezeSnapshot.ts';
import { indexSource } from '../../datasets/sources/indexSource.ts';
import { concurrently } from '../../storage/concurrently.ts';
import { localDisk } from '../../storage/localDisk.ts';
import { type FlightShape, madeFlightsContract } from './madeFlights.ts';

/** What the process is told, as JSON in its first argument. */
export interface FreezeInput {
  readonly file: string;
  readonly shape: FlightShape;
  /** A folder for the store and for what DuckDB spills. */
  readonly folder: string;
  readonly threads: number;
  readonly memoryLimitMb: number;
  /** Batches of partitions that are judged beside each other. */
  readonly atOnce: number;
}

/** What it says on stdout, as JSON. */
export interface FreezeOutcome {
  readonly snapshot: string;
  readonly rows: number;
  /** By rule: rows in quarantine for it. */
  readonly reasons: Readonly<Record<string, number>>;
  readonly partitions: number;
  /** From the first byte read to the snapshot's last byte flushed; the process's start is no part of it. */
  readonly seconds: number;
  /** Of all threads, user and system. */
  readonly cpuSeconds: number;
  readonly megabytes: number;
  /** The largest resident set that the process had from its start on. */
  readonly peakMb: number;
}

const input = JSON.parse(process.argv[2] ?? '{}') as FreezeInput;
const database = await openDatabase({ ...input, temporaryFolder: resolve(input.folder, 'spilled') });
const ports: DataPorts = { store: localDisk(resolve(input.folder, 'store')), database, folder: input.folder };
process.stdout.write(JSON.stringify(await outcomeOf(ports, input)));
database.close();

async function outcomeOf(ports: DataPorts, { file, shape, atOnce }: FreezeInput): Promise<FreezeOutcome> {
  const contract = madeFlightsContract(file, shape);
  const [started, before] = [performance.now(), process.cpuUsage()];
  const index = await indexSource(ports, contract);
  const hours = index.hours.map(({ hour }) => hour);
  const { fresh } = await lookUpPartitions(ports, contract, index, hours, undefined);
  const batches = partitionBatches(ports, contract, index, fresh);
  await concurrently(batches, atOnce, (batch) => validateBatch(ports, batch));
  const { parts, undated } = await validatePartitions(ports, contract, index, hours, undefined);
  const { id } = await freezeSnapshot(ports.store, contract, parts, { undated });
  const seconds = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(before);
  const all = undated === null ? parts : [...parts, undated];
  const reasons: Record<string, number> = {};
  for (const part of all) {
    for (const [rule, rows] of Object.entries(part.reasons)) reasons[rule] = (reasons[rule] ?? 0) + rows;
  }
  return {
    snapshot: id,
    rows: all.reduce((sum, { read }) => sum + read, 0),
    reasons,
    partitions: parts.length,
    seconds,
    cpuSeconds: (user + system) / 1e6,
    megabytes: statSync(file).size / 1e6,
    peakMb: (process.resourceUsage().maxRSS * 1_024) / 1e6,
  };
}
