import type { PartitionVersion } from '../../core/snapshot.ts';
import { hourStart } from '../../core/time.ts';
import { checkedFile } from '../../storage/checkedFile.ts';
import { concurrently, storeHands } from '../../storage/concurrently.ts';
import { sqlName, sqlText } from '../database.ts';
import type { DataPorts } from '../dataPorts.ts';
import type { Judging } from '../partitions/judgedTable.ts';
import { quarantineKey } from '../partitions/partitionKey.ts';
import { rulesPerMask } from '../rules/compileContract.ts';
import { canonicalTypes } from '../sources/typedColumn.ts';
import { cleanFiles, parquetFiles } from './comparedTable.ts';

/** A judged table of partitions, with the files that its rows came from, as far as that is known. */
export type RestoringFrom = Pick<Judging, 'contract' | 'compiled'> & {
  /** The file of an hour's rows where they all lie in one, by the hour's start. */
  readonly fileOf: ReadonlyMap<number, string>;
};

/**
 * Makes the table that some partitions were stored from, as `judgedTable` has it, from their clean rows and their
 * quarantine, with `place`, a row's ordinal in its hour. Gives the source that `judging` it takes.
 */
export async function restoredTable(
  ports: DataPorts,
  from: RestoringFrom,
  parts: readonly PartitionVersion[],
  table: string,
): Promise<Judging['source']> {
  const bad = await concurrently(
    parts.filter(({ quarantined }) => quarantined > 0),
    storeHands,
    ({ key }) => checkedFile(ports.store, quarantineKey(from.contract, key)),
  );
  const files = [...new Set([...from.fileOf.values(), ...(await filesIn(ports, bad))])];
  const clean = await cleanFiles(ports, parts);
  const selects = [
    ...(clean.length === 0 ? [] : [`${cleanRows(from, parts, files)} FROM ${parquetFiles(clean)}`]),
    ...(bad.length === 0 ? [] : [`${badRows(from, files)} FROM ${parquetFiles(bad)}`]),
  ];
  await ports.database.run(`CREATE TABLE ${table} AS ${selects.join(' UNION ALL BY NAME ')} ORDER BY hour, place`);
  // An empty list would have no type.
  return { name: '', parts: (files.length === 0 ? [''] : files).map((file) => ({ file, from: file, types: [] })) };
}

async function filesIn({ database }: DataPorts, bad: readonly string[]): Promise<string[]> {
  if (bad.length === 0) return [];
  const sql = `SELECT DISTINCT _file AS file FROM ${parquetFiles(bad)} WHERE _file IS NOT NULL ORDER BY 1`;
  return (await database.rows<{ file: string }>(sql)).map(({ file }) => file);
}

function cleanRows({ contract, compiled, fileOf }: RestoringFrom, parts: readonly PartitionVersion[], files: string[]) {
  const places = parts.flatMap(({ hour }) => {
    const file = fileOf.get(hourStart(hour));
    return file === undefined ? [] : [`WHEN ${hourStart(hour)} THEN ${files.indexOf(file)}`];
  });
  const hour = `epoch_ms(date_trunc('hour', ${sqlName(contract.eventTime)}))`;
  return select({
    hour,
    part: `CAST(${places.length === 0 ? 'NULL' : `CASE ${hour} ${places.join(' ')} END`} AS INTEGER)`,
    malformed: 'CAST(NULL AS VARCHAR)',
    line: 'CAST(NULL AS BIGINT)',
    clean: 'true',
    ...Object.fromEntries(compiled.masks.map((_, mask) => [`mask${mask}`, 'CAST(0 AS BIGINT)'])),
    ...Object.fromEntries(contract.columns.map(({ name }, k) => [`v${k}`, sqlName(name)])),
    ...Object.fromEntries(contract.columns.map((_, k) => [`t${k}`, 'CAST(NULL AS VARCHAR)'])),
  });
}

function badRows({ contract, compiled }: RestoringFrom, files: readonly string[]): string {
  const masks = compiled.masks.map((_, mask) => {
    const own = compiled.rules.filter(({ bit }) => Math.floor(bit / rulesPerMask) === mask);
    const bits = own.map(({ id, bit }) => {
      const value = 2n ** BigInt(bit % rulesPerMask);
      return `CASE WHEN list_contains(_reasons, ${sqlText(id)}) THEN CAST(${value} AS BIGINT) ELSE 0 END`;
    });
    return [`mask${mask}`, `CAST(${bits.join(' + ') || '0'} AS BIGINT)`];
  });
  return select({
    hour: `epoch_ms(CAST(replace(_hour, 'T', ' ') || ':00:00' AS TIMESTAMP))`,
    part: `CAST(list_position(CAST([${files.map(sqlText).join(', ')}] AS VARCHAR[]), _file) - 1 AS INTEGER)`,
    malformed: '_malformed',
    line: '_line',
    clean: 'false',
    ...Object.fromEntries(masks),
    ...Object.fromEntries(contract.columns.map(({ type }, k) => [`v${k}`, `CAST(NULL AS ${canonicalTypes[type]})`])),
    ...Object.fromEntries(contract.columns.map(({ name }, k) => [`t${k}`, sqlName(name)])),
  });
}

/** No fingerprint is kept: it finds changes in a source alone. */
function select(columns: Readonly<Record<string, string>>): string {
  const all = { ...columns, fingerprint: 'CAST(0 AS UBIGINT)', place: '_row' };
  return `SELECT ${Object.entries(all)
    .map(([name, sql]) => `${sql} AS ${name}`)
    .join(', ')}`;
}
