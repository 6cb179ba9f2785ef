import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { sourceVersion } from '../../core/readmission.ts';
import { clockRuleIds } from '../../core/rowRules.ts';
import type { RowsSketch } from '../../core/sketches/columnSketch.ts';
import type { PartitionVersion } from '../../core/snapshot.ts';
import { createCheckedFile } from '../../storage/checkedFile.ts';
import { concurrently, storeHands } from '../../storage/concurrently.ts';
import { digestOf } from '../../storage/digest.ts';
import { createJson, putObject, putObjectFile, requireJson } from '../../storage/objects.ts';
import type { DataPorts } from '../dataPorts.ts';
import { inTemporaryFolder } from '../inTemporaryFolder.ts';
import { badRowsOf } from '../quarantine/quarantineRows.ts';
import { type CleanHour, contentDigests } from './contentDigests.ts';
import type { JudgedTable } from './judgedTable.ts';
import { type HourCounts, startOf } from './judgeRows.ts';
import type { Wanted } from './lookUpPartitions.ts';
import { partitionVersion, quarantineKey, reportKey } from './partitionKey.ts';
import { type PartitionReport, type QuarantinedRow, sampleRows } from './partitionReport.ts';
import { type PartitionSketches, sketchPartitions } from './sketchPartitions.ts';
import { storedContent } from './storedContent.ts';

/** Judged rows as the storing of partitions needs them. */
export interface StorableRows {
  readonly table: StorableTable;
  readonly counts: ReadonlyMap<number | null, HourCounts>;
}

export type StorableTable = BadRowsTable & Pick<JudgedTable, 'cleanValues' | 'lines' | 'lineOrder' | 'writeClean'>;

/** The SQL of the rows that go to quarantine. */
export type BadRowsTable = Pick<JudgedTable, 'writeQuarantine' | 'samples'>;

/** Judged rows of which the clean ones may lie elsewhere than the bad ones. */
export interface JudgedHours {
  readonly bad: BadRowsTable;
  readonly clean: CleanRows;
  readonly counts: ReadonlyMap<number | null, HourCounts>;
}

/** Stores the clean rows of an hour that has some, and gives what is known of them. */
export type CleanRows = (counted: HourCounts & { readonly start: number }) => Promise<CleanPart>;

export interface CleanPart {
  readonly object: string;
  readonly content: string;
  readonly sketch: RowsSketch;
}

/**
 * Stores a partition for each hour wanted of some judged rows: its clean rows, then its quarantine, then its report.
 * `finished` is what is known of it beside its rows.
 */
export async function storePartitions(
  ports: DataPorts,
  contract: ContractPlan,
  judged: StorableRows,
  wanted: readonly Wanted[],
  finished: (part: PartitionVersion) => PartitionVersion,
): Promise<PartitionVersion[]> {
  const { table, counts } = judged;
  const contents = await contentDigests(ports, table, cleanHours(judged));
  const sketches = await sketchPartitions(ports, contract, table);
  return inTemporaryFolder((folder) => {
    const clean = cleanInTable(ports, contract, { table, contents, sketches, folder });
    return storeHours(ports, contract, { bad: table, clean, counts }, wanted, finished);
  });
}

/** As `storePartitions`, of rows that may lie anywhere. */
export async function storeHours(
  ports: DataPorts,
  contract: ContractPlan,
  judged: JudgedHours,
  wanted: readonly Wanted[],
  finished: (part: PartitionVersion) => PartitionVersion,
): Promise<PartitionVersion[]> {
  const samples = await samplesByHour(ports, contract, judged);
  return inTemporaryFolder((folder) =>
    concurrently(wanted, storeHands, async (partition) => {
      const part = { ...(await stored(ports, contract, judged, partition, folder)), source: sourceVersion(partition) };
      return reported(ports, contract, finished(part), samples.get(partition.hour) ?? []);
    }),
  );
}

interface CleanTable {
  readonly table: StorableTable;
  readonly contents: ReadonlyMap<number, string>;
  readonly sketches: PartitionSketches;
  readonly folder: string;
}

function cleanInTable(ports: DataPorts, contract: ContractPlan, held: CleanTable): CleanRows {
  const { table, contents, sketches, folder } = held;
  return async (counted) => {
    const path = join(folder, `${counted.start}.parquet`);
    await ports.database.runBeside(table.writeClean(counted, path));
    const object = await putObjectFile(ports.store, path);
    const content = contents.get(counted.start) ?? (await storedContent(ports, contract, path));
    await rm(path);
    return { object, content, sketch: sketches(counted.start) };
  };
}

function cleanHours({ counts }: StorableRows): CleanHour[] {
  return [...counts.values()].flatMap(({ start, read, quarantined }) =>
    start === null || read === quarantined ? [] : [{ start, rows: read - quarantined }],
  );
}

/** Of all hours at once: a statement for each would take longer than the writing of its rows. */
async function samplesByHour(
  ports: DataPorts,
  contract: ContractPlan,
  { bad, counts }: JudgedHours,
): Promise<Map<string, QuarantinedRow[]>> {
  const isAnyBad = [...counts.values()].some(({ quarantined }) => quarantined > 0);
  const rows = isAnyBad ? await badRowsOf(ports.database, contract, bad.samples(sampleRows)) : [];
  return Map.groupBy(rows, ({ hour }) => hour);
}

/** What a crash leaves behind is either found under the same key or written again with the same content. */
async function stored(
  ports: DataPorts,
  contract: ContractPlan,
  { bad, clean, counts }: JudgedHours,
  wanted: Wanted,
  folder: string,
): Promise<PartitionVersion> {
  const { hour } = wanted;
  const counted = counts.get(startOf({ hour }));
  const none = { read: 0, quarantined: 0, rows: 0, ...noRows, reasons: {}, warnings: {} };
  if (counted === undefined) return { hour, key: wanted.key, ...none };
  const key = keyOf(contract, wanted, counted);
  const { start, read, quarantined, reasons, warnings } = counted;
  const rows = read - quarantined;
  const part = rows > 0 && start !== null ? await storedPart(ports, await clean({ ...counted, start })) : noRows;
  if (quarantined > 0) {
    const path = join(folder, `${hour}.quarantine.parquet`);
    await ports.database.runBeside(bad.writeQuarantine(counted, path));
    await createCheckedFile(ports.store, quarantineKey(contract, key), path);
    await rm(path);
  }
  return { hour, key, read, quarantined, rows, ...part, reasons, warnings };
}

/** An hour without a clean row. */
const noRows = { object: null, content: digestOf(''), sketches: null };

async function storedPart({ store }: DataPorts, { object, content, sketch }: CleanPart) {
  return { object, content, sketches: await putObject(store, Buffer.from(JSON.stringify(sketch))) };
}

/** Where a row is in the future of the time that it was judged by, the verdict holds for that time alone. */
function keyOf(contract: ContractPlan, { key, clock }: Wanted, { reasons, warnings }: HourCounts): string {
  const isTimed = clockRuleIds(contract).some((id) => id in reasons || id in warnings);
  return isTimed ? (clock?.key ?? key) : key;
}

/** If another worker was first, what it stored is what everyone uses. */
async function reported(
  ports: DataPorts,
  contract: ContractPlan,
  partition: PartitionVersion,
  sample: readonly QuarantinedRow[],
): Promise<PartitionVersion> {
  const report: PartitionReport = {
    format: 1,
    version: partitionVersion,
    contract: contract.id,
    partition,
    sample,
  };
  const key = reportKey(contract, partition.key);
  if (await createJson(ports.store, key, report)) return partition;
  return (await requireJson<PartitionReport>(ports.store, key)).partition;
}
