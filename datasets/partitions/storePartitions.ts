import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { sourceVersion } from '../../core/readmission.ts';
import { clockRuleIds } from '../../core/rowRules.ts';
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

export type StorableTable = Pick<
  JudgedTable,
  'cleanValues' | 'lines' | 'lineOrder' | 'writeClean' | 'writeQuarantine' | 'samples'
>;

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
  const contents = await contentDigests(ports, judged.table, cleanHours(judged));
  const samples = await samplesByHour(ports, contract, judged);
  const sketches = await sketchPartitions(ports, contract, judged.table);
  return inTemporaryFolder((folder) =>
    concurrently(wanted, storeHands, async (partition) => {
      const part = finished({
        ...(await stored(ports, contract, judged, contents, partition, folder)),
        sketches: await storedSketch(ports, partition, sketches),
        source: sourceVersion(partition),
      });
      return reported(ports, contract, part, samples.get(partition.hour) ?? []);
    }),
  );
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
  { table, counts }: StorableRows,
): Promise<Map<string, QuarantinedRow[]>> {
  const isAnyBad = [...counts.values()].some(({ quarantined }) => quarantined > 0);
  const rows = isAnyBad ? await badRowsOf(ports.database, contract, table.samples(sampleRows)) : [];
  return Map.groupBy(rows, ({ hour }) => hour);
}

/** What a crash leaves behind is either found under the same key or written again with the same content. */
async function stored(
  ports: DataPorts,
  contract: ContractPlan,
  { table, counts }: StorableRows,
  contents: ReadonlyMap<number, string>,
  wanted: Wanted,
  folder: string,
): Promise<PartitionVersion> {
  const { hour } = wanted;
  const counted = counts.get(startOf({ hour }));
  const none = { read: 0, quarantined: 0, rows: 0, object: null, content: digestOf(''), reasons: {}, warnings: {} };
  if (counted === undefined) return { hour, key: wanted.key, ...none };
  const key = keyOf(contract, wanted, counted);
  const { read, quarantined, reasons, warnings } = counted;
  const rows = read - quarantined;
  const clean = join(folder, `${hour}.parquet`);
  if (rows > 0) await ports.database.runBeside(table.writeClean(counted, clean));
  const object = rows > 0 ? await putObjectFile(ports.store, clean) : null;
  const known = contents.get(counted.start ?? Number.NaN);
  const content = known ?? (await storedContent(ports, contract, object === null ? null : clean));
  const bad = join(folder, `${hour}.quarantine.parquet`);
  if (quarantined > 0) {
    await ports.database.runBeside(table.writeQuarantine(counted, bad));
    await createCheckedFile(ports.store, quarantineKey(contract, key), bad);
  }
  await Promise.all([clean, bad].map((path) => rm(path, { force: true })));
  return { hour, key, read, quarantined, rows, object, content, reasons, warnings };
}

/** Where a row is in the future of the time that it was judged by, the verdict holds for that time alone. */
function keyOf(contract: ContractPlan, { key, clock }: Wanted, { reasons, warnings }: HourCounts): string {
  const isTimed = clockRuleIds(contract).some((id) => id in reasons || id in warnings);
  return isTimed ? (clock?.key ?? key) : key;
}

/** Null where no row is clean. */
async function storedSketch({ store }: DataPorts, hour: Wanted, sketches: PartitionSketches): Promise<string | null> {
  const sketch = sketches(startOf(hour) ?? Number.NaN);
  return sketch.rows === 0 ? null : putObject(store, Buffer.from(JSON.stringify(sketch)));
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
