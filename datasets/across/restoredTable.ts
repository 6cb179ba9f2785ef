import type { ContractPlan } from '../../core/contractPlan.ts';
import type { PartitionVersion } from '../../core/snapshot.ts';
import { checkedFile } from '../../storage/checkedFile.ts';
import { concurrently, storeHands } from '../../storage/concurrently.ts';
import { sqlName, sqlText } from '../database.ts';
import type { DataPorts } from '../dataPorts.ts';
import { quarantineKey } from '../partitions/partitionKey.ts';
import { canonicalTypes } from '../sources/typedColumn.ts';
import { cleanFiles, parquetFiles } from './comparedTable.ts';

/** What is known of rows that leave a partition, beside the partition itself. */
export interface Leaving {
  /** A table of `hour`, `row` and `reasons`, VARCHAR[]. */
  readonly table: string;
  /** The file of an hour's rows where they all lie in one, by the hour's start. */
  readonly fileOf: ReadonlyMap<number, string>;
}

/**
 * Makes the table that some partitions are stored from, as `placedTable` has it, from their clean rows and their
 * quarantine: rows that leave are bad ones. What people see of those are canonical values: a good row's own texts are
 * not kept.
 */
export async function restoredTable(
  ports: DataPorts,
  contract: ContractPlan,
  parts: readonly PartitionVersion[],
  leaving: Leaving,
  table: string,
): Promise<void> {
  const bad = await concurrently(
    parts.filter(({ quarantined }) => quarantined > 0),
    storeHands,
    ({ key }) => checkedFile(ports.store, quarantineKey(contract, key)),
  );
  const clean = await cleanFiles(ports, parts);
  const selects = [
    ...(clean.length === 0 ? [] : [cleanRows(contract, clean, leaving)]),
    ...(bad.length === 0 ? [] : [badRows(contract, bad)]),
  ];
  await ports.database.run(`CREATE TABLE ${table} AS ${selects.join(' UNION ALL BY NAME ')} ORDER BY hour, row`);
}

function cleanRows(contract: ContractPlan, files: readonly string[], { table, fileOf }: Leaving): string {
  const values = contract.columns.map(({ name }, k) => `${sqlName(name)} AS v${k}`);
  const texts = contract.columns.map((_, k) => `CASE WHEN NOT clean THEN CAST(v${k} AS VARCHAR) END AS t${k}`);
  const hour = `epoch_ms(date_trunc('hour', ${sqlName(contract.eventTime)})) AS hour`;
  const found = `(SELECT ${hour}, _row AS row, ${values.join(', ')} FROM ${parquetFiles(files)})`;
  const marked = `(SELECT found.*, reasons IS NULL AS clean, reasons FROM ${found} AS found LEFT JOIN ${table} USING (hour, row))`;
  const places = [...fileOf].map(([start, file]) => `WHEN ${start} THEN ${sqlText(file)}`);
  const file = places.length === 0 ? '' : `CASE WHEN NOT clean THEN CASE hour ${places.join(' ')} END END`;
  return `SELECT *, ${texts.join(', ')}, CASE WHEN NOT clean THEN ${sqlText(`${contract.id}@${contract.version}`)} END AS judged_by,
    CAST(NULL AS VARCHAR) AS malformed, CAST(${file || 'NULL'} AS VARCHAR) AS file, CAST(NULL AS BIGINT) AS line FROM ${marked}`;
}

function badRows({ columns }: ContractPlan, files: readonly string[]): string {
  const texts = columns.map(({ name }, k) => `${sqlName(name)} AS t${k}`);
  const values = columns.map(({ type }, k) => `CAST(NULL AS ${canonicalTypes[type]}) AS v${k}`);
  return `SELECT epoch_ms(CAST(replace(_hour, 'T', ' ') || ':00:00' AS TIMESTAMP)) AS hour, _row AS row, false AS clean,
    ${[...texts, ...values].join(', ')}, _reasons AS reasons, _contract AS judged_by, _malformed AS malformed,
    _file AS file, _line AS line FROM ${parquetFiles(files)}`;
}
