import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { WhetError } from '../core/errors.ts';
import type { PartitionVersion } from '../core/snapshot.ts';
import { hourStart } from '../core/time.ts';
import { digestOf } from '../storage/digest.ts';
import { createJson, putObjectFile, requireJson } from '../storage/objects.ts';
import type { DataPorts } from './dataPorts.ts';
import type { IndexedHour } from './indexSource.ts';
import { inParallel } from './inParallel.ts';
import { inTemporaryFolder } from './inTemporaryFolder.ts';
import { type Judging, judgedTable } from './judgedTable.ts';
import { quarantineKey, reportKey, undatedHour } from './partitionKey.ts';
import type { PartitionReport } from './partitionReport.ts';
import { readingSource } from './readingSource.ts';
import type { RowSelection, SourceTable } from './typedRows.ts';

/** A partition to validate. */
export interface Wanted extends IndexedHour {
  readonly key: string;
}

/**
 * Reads the selected rows once, judges them, and stores a partition for each hour wanted: its clean rows, then its
 * quarantine, then its report. Throws `source.changed` if the rows are not those of the index.
 */
export async function validateRows(
  ports: DataPorts,
  judging: Judging,
  wanted: readonly Wanted[],
  selection: RowSelection,
  onStored: () => void,
): Promise<PartitionVersion[]> {
  if (wanted.length === 0) return [];
  const table = judgedTable(judging, `judged_${randomUUID().replaceAll('-', '')}`);
  try {
    const starts = wanted.map(startOf).filter((start) => start !== null);
    const { file } = judging.source;
    await readingSource(file, () => ports.database.run(table.create(selection, starts)));
    const counts = await countsOf(ports, table);
    requireIndexed(judging.source, wanted, counts);
    return await inTemporaryFolder((folder) =>
      inParallel(wanted, async (partition) => {
        const part = await stored(ports, judging, table, partition, counts.get(startOf(partition)), folder);
        onStored();
        return part;
      }),
    );
  } finally {
    await ports.database.run(table.drop);
  }
}

type JudgedTable = ReturnType<typeof judgedTable>;

/** The start of a partition's hour, milliseconds UTC; null for the undated rows. */
function startOf({ hour }: { hour: string }): number | null {
  return hour === undatedHour ? null : hourStart(hour);
}

interface Counts {
  readonly start: number | null;
  readonly read: number;
  readonly quarantined: number;
  readonly hash: string;
  readonly content: string;
  readonly reasons: Record<string, number>;
}

async function countsOf(ports: DataPorts, table: JudgedTable): Promise<Map<number | null, Counts>> {
  const rows = await ports.database.rows<Omit<Counts, 'reasons'>>(table.counts);
  const counts = new Map(rows.map((row) => [row.start, { ...row, reasons: {} as Record<string, number> }]));
  const broken = await ports.database.rows<{ start: number | null; reason: string; rows: number }>(table.reasons);
  for (const { start, reason, rows: count } of broken) {
    const of = counts.get(start);
    if (of !== undefined) of.reasons[reason] = count;
  }
  return counts;
}

/** The file may have been written to since it was indexed: then keys would name rows that they do not stand for. */
function requireIndexed(source: SourceTable, wanted: readonly Wanted[], counts: Map<number | null, Counts>): void {
  for (const partition of wanted) {
    const came = counts.get(startOf(partition));
    const same =
      partition.rows === (came?.read ?? 0) && (came === undefined || partition.hash.startsWith(`${came.hash}.`));
    if (same) continue;
    throw new WhetError('source.changed', {
      expected: `${partition.rows} rows of hour ${partition.hour} in ${source.file}, as indexed`,
      came: `${came?.read ?? 0} rows${came?.read === partition.rows ? ' with other values' : ''}`,
    });
  }
}

/** What a crash leaves behind is either found under the same key or written again with the same content. */
async function stored(
  ports: DataPorts,
  { contract }: Judging,
  table: JudgedTable,
  { hour, key }: Wanted,
  counts: Counts | undefined,
  folder: string,
): Promise<PartitionVersion> {
  const start = startOf({ hour });
  const [read, quarantined] = [counts?.read ?? 0, counts?.quarantined ?? 0];
  const rows = read - quarantined;
  const clean = join(folder, `${hour}.parquet`);
  if (rows > 0) await ports.database.run(table.writeClean(start, clean));
  const object = rows > 0 ? await putObjectFile(ports.store, clean) : null;
  const bad = join(folder, `${hour}.quarantine.parquet`);
  if (quarantined > 0) {
    await ports.database.run(table.writeQuarantine(start, bad));
    await ports.store.createFromFile(quarantineKey(contract, key), bad);
  }
  const sample = quarantined > 0 ? await table.sample(ports.database, bad) : [];
  const content = counts?.content ?? digestOf('');
  const reasons = counts?.reasons ?? {};
  const partition: PartitionVersion = { hour, key, read, quarantined, rows, object, content, reasons };
  const report: PartitionReport = { format: 1, contract: contract.id, partition, sample };
  if (await createJson(ports.store, reportKey(contract, key), report)) return partition;
  // Another worker was first: what it stored is what everyone uses.
  return (await requireJson<PartitionReport>(ports.store, reportKey(contract, key))).partition;
}
