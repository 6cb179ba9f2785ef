import { randomUUID } from 'node:crypto';
import type { PartitionVersion } from '../../core/snapshot.ts';
import { type Hour, hourStart } from '../../core/time.ts';
import { sqlText } from '../database.ts';
import type { DataPorts } from '../dataPorts.ts';
import type { HourCounts } from '../partitions/judgeRows.ts';
import { placedTable } from '../partitions/placedTable.ts';
import { storePartitions } from '../partitions/storePartitions.ts';
import type { CompiledRule } from '../rules/rowRule.ts';
import type { SourceIndex } from '../sources/indexSource.ts';
import type { AcrossWork, AskedHour } from './lookUpAcross.ts';
import { restoredTable } from './restoredTable.ts';

/** An hour in which rows break rules: how many break which. */
export interface BrokenHour extends AskedHour {
  readonly reasons: Readonly<Record<string, number>>;
  readonly warnings: Readonly<Record<string, number>>;
}

/**
 * Stores versions of some hours without the rows that break rules, which go to the quarantine of that version, beside
 * those of the partition by itself. `broken` is a table of `hour`, `row` and the `rule`'s bit.
 */
export async function partsWithout(
  ports: DataPorts,
  { contract, index, lookup, bases }: AcrossWork,
  rules: readonly CompiledRule[],
  hours: readonly BrokenHour[],
  broken: string,
): Promise<PartitionVersion[]> {
  const parts = hours.flatMap(({ hour }) => bases.get(hour) ?? []);
  if (parts.length === 0) return [];
  const id = randomUUID().replaceAll('-', '');
  const [restored, leaving] = [`restored_${id}`, `leaving_${id}`];
  try {
    await leavingRows(ports, rules, broken, leaving);
    await restoredTable(ports, contract, parts, { table: leaving, fileOf: fileOfHours(index, hours) }, restored);
    const counts = await countsOf(ports, bases, hours, leaving);
    const wanted = hours.map(({ hour, rows, hash, judgement }) => ({ hour, rows, hash, key: judgement }));
    const table = placedTable(contract, restored);
    return await storePartitions(ports, contract, { table, counts }, wanted, (part) => {
      const base = bases.get(part.hour) ?? null;
      const across = { key: part.key, base, snapshots: lookup.snapshots };
      return { ...part, ...(base?.readmitted === undefined ? {} : { readmitted: base.readmitted }), across };
    });
  } finally {
    for (const table of [restored, leaving]) await ports.database.run(`DROP TABLE IF EXISTS ${table}`);
  }
}

async function leavingRows(
  { database }: DataPorts,
  rules: readonly CompiledRule[],
  broken: string,
  table: string,
): Promise<void> {
  const severe = rules.filter(({ severity }) => severity !== 'warn');
  const ids = severe.map(({ id, bit }) => `WHEN ${bit} THEN ${sqlText(id)}`).join(' ');
  await database.run(`CREATE TABLE ${table} AS SELECT hour, row, list(id ORDER BY rule) AS reasons
    FROM (SELECT *, CASE rule ${ids} END AS id FROM ${broken}) WHERE id IS NOT NULL GROUP BY hour, row`);
}

/** The file of an hour's rows, where the source has them in one alone: of several nothing tells which. */
function fileOfHours({ files }: SourceIndex, hours: readonly AskedHour[]): Map<number, string> {
  const holding = new Map<Hour, string[]>(hours.map(({ hour }) => [hour, []]));
  for (const { path, hours: held } of files) for (const { hour } of held) holding.get(hour)?.push(path);
  return new Map(
    [...holding].flatMap(([hour, [file, another]]) =>
      file === undefined || another !== undefined ? [] : [[hourStart(hour), file]],
    ),
  );
}

/** A row that leaves was a clean one: its reasons come to those of the rows that were bad before. */
async function countsOf(
  { database }: DataPorts,
  bases: AcrossWork['bases'],
  hours: readonly BrokenHour[],
  leaving: string,
): Promise<Map<number | null, HourCounts>> {
  const sql = `SELECT CAST(hour AS DOUBLE) AS start, CAST(count(*) AS DOUBLE) AS rows FROM ${leaving} GROUP BY hour`;
  const left = new Map((await database.rows<{ start: number; rows: number }>(sql)).map((one) => [one.start, one.rows]));
  return new Map(
    hours.flatMap(({ hour, reasons, warnings }) => {
      const [base, start] = [bases.get(hour), hourStart(hour)];
      if (base === undefined) return [];
      const counts = { start, first: 0, read: base.read, quarantined: base.quarantined + (left.get(start) ?? 0) };
      const told = { reasons: { ...base.reasons, ...reasons }, warnings: { ...base.warnings, ...warnings } };
      return [[start, { ...counts, ...told }]];
    }),
  );
}
