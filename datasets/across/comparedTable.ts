import type { AcrossRule } from '../../core/acrossRules.ts';
import type { ContractPlan } from '../../core/contractPlan.ts';
import type { PartitionVersion } from '../../core/snapshot.ts';
import { concurrently, storeHands } from '../../storage/concurrently.ts';
import { objectKey } from '../../storage/objects.ts';
import { sqlFile, sqlName } from '../database.ts';
import type { DataPorts } from '../dataPorts.ts';
import { eventColumn } from '../rules/eventColumn.ts';
import { canonicalTypes } from '../sources/typedColumn.ts';
import { comparedColumns } from './brokenRows.ts';

/** Canonical order over the columns of `comparedTable`. */
export const comparedOrder = 'hour, place';

/**
 * Makes a table of the clean rows of some partitions with the columns that rules compare: `hour`, `row` (its ordinal in
 * the source), `place` (in canonical order) and `v<k>`. Of each Parquet file no other columns are read.
 */
export async function comparedTable(
  ports: DataPorts,
  contract: ContractPlan,
  rules: readonly AcrossRule[],
  parts: readonly PartitionVersion[],
  table: string,
): Promise<void> {
  const event = eventColumn(contract);
  const named = [event, ...rules.flatMap(({ rule }) => comparedColumns(contract, rule))];
  const columns = contract.columns.flatMap(({ name, type }, k) =>
    named.includes(k) ? [{ name, type: canonicalTypes[type], k }] : [],
  );
  const files = await cleanFiles(ports, parts);
  const hour = `epoch_ms(date_trunc('hour', ${sqlName(contract.eventTime)})) AS hour`;
  const values = columns.map(({ name, k }) => `${sqlName(name)} AS v${k}`);
  const none = columns.map(({ type, k }) => `v${k} ${type}`);
  await ports.database.run(
    files.length === 0
      ? `CREATE TABLE ${table} (hour BIGINT, row BIGINT, place BIGINT, ${none.join(', ')})`
      : `CREATE TABLE ${table} AS SELECT ${hour}, _row AS row, file_row_number AS place, ${values.join(', ')}
          FROM ${parquetFiles(files)}`,
  );
}

/** The clean rows of some partitions as files on this machine. Throws `storage.missing`. */
export async function cleanFiles(
  { store }: Pick<DataPorts, 'store'>,
  parts: readonly PartitionVersion[],
): Promise<string[]> {
  const objects = parts.flatMap(({ object }) => (object === null ? [] : [object]));
  return concurrently(objects, storeHands, (object) => store.file(objectKey(object)));
}

/** Of files of the engine, with `file_row_number`. */
export function parquetFiles(files: readonly string[]): string {
  return `read_parquet([${files.map(sqlFile).join(', ')}], file_row_number = true, hive_partitioning = false)`;
}
