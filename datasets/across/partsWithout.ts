import { randomUUID } from 'node:crypto';
import type { PartitionVersion } from '../../core/snapshot.ts';
import { type Hour, hourStart } from '../../core/time.ts';
import type { DataPorts } from '../dataPorts.ts';
import { judgedTable } from '../partitions/judgedTable.ts';
import { countedHours } from '../partitions/judgeRows.ts';
import { storePartitions } from '../partitions/storePartitions.ts';
import type { CompiledContract } from '../rules/compileContract.ts';
import type { SourceIndex } from '../sources/indexSource.ts';
import type { AcrossWork, AskedHour } from './lookUpAcross.ts';
import { markRows } from './markBroken.ts';
import { restoredTable } from './restoredTable.ts';

/**
 * Stores versions of some hours without the rows that break rules, which go to the quarantine of that version, beside
 * those of the partition by itself. `broken` is a table of `hour`, `row` and the `rule`'s bit.
 */
export async function partsWithout(
  ports: DataPorts,
  { contract, index, lookup, bases }: AcrossWork,
  compiled: CompiledContract,
  hours: readonly AskedHour[],
  broken: string,
): Promise<PartitionVersion[]> {
  const parts = hours.flatMap(({ hour }) => bases.get(hour) ?? []);
  if (parts.length === 0) return [];
  const name = `restored_${randomUUID().replaceAll('-', '')}`;
  try {
    const source = await restoredTable(ports, { contract, compiled, fileOf: fileOfHours(index, hours) }, parts, name);
    const ids = `SELECT ${name}.rowid AS id, rule FROM ${name} JOIN ${broken} b ON ${name}.hour = b.hour AND place = row`;
    await markRows(ports.database, { contract, compiled }, name, ids);
    const table = judgedTable({ contract, compiled, source }, name);
    const counts = await countedHours(ports, table);
    const wanted = hours.map((hour) => ({ ...hour, key: hour.judgement }));
    return await storePartitions(ports, contract, { table, counts }, wanted, (part) => {
      const base = bases.get(part.hour) ?? null;
      const warnings = { ...base?.warnings, ...part.warnings };
      return { ...part, warnings, across: { key: part.key, base, snapshots: lookup.snapshots } };
    });
  } finally {
    await ports.database.run(`DROP TABLE IF EXISTS ${name}`);
  }
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
