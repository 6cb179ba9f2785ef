import type { ContractPlan } from '../../core/contractPlan.ts';
import { type Database, sqlFile, sqlName, sqlText } from '../database.ts';
import type { QuarantinedRow } from '../partitions/partitionReport.ts';

/** The rows of some quarantine files, by hour and row; at most `limit`, and only those with a reason, if one is given. */
export async function quarantineRows(
  database: Database,
  contract: ContractPlan,
  paths: readonly string[],
  limit: number,
  reason?: string,
): Promise<QuarantinedRow[]> {
  if (paths.length === 0) return [];
  // Files of earlier versions do not say where a row came from.
  const none = `SELECT CAST(NULL AS VARCHAR) AS _file, CAST(NULL AS BIGINT) AS _line WHERE false`;
  const files = `read_parquet([${paths.map(sqlFile).join(', ')}], union_by_name = true, hive_partitioning = false)`;
  const where = reason === undefined ? '' : ` WHERE list_contains(_reasons, ${sqlText(reason)})`;
  return badRowsOf(database, contract, `(${none} UNION ALL BY NAME SELECT * FROM ${files})${where}`, limit);
}

/** Bad rows from what has the columns of a quarantine file, by hour and row. */
export async function badRowsOf(
  database: Database,
  contract: ContractPlan,
  from: string,
  limit = Number.MAX_SAFE_INTEGER,
): Promise<QuarantinedRow[]> {
  const columns = contract.columns.map(({ name }, k) => `${sqlName(name)} AS t${k}`);
  const own = `_hour AS hour, CAST(_row AS DOUBLE) AS row, to_json(_reasons) AS reasons, _malformed AS malformed,
    _file AS file, CAST(_line AS DOUBLE) AS line`;
  const sql = `SELECT ${own}, ${columns.join(', ')} FROM ${from} ORDER BY hour, row LIMIT ${limit}`;
  const rows = await database.rows<Record<string, string | number | null>>(sql);
  return rows.map((row) => ({
    hour: String(row.hour),
    row: Number(row.row),
    reasons: JSON.parse(String(row.reasons)) as string[],
    values: Object.fromEntries(contract.columns.map(({ name }, k) => [name, text(row[`t${k}`])])),
    malformed: text(row.malformed),
    file: text(row.file),
    line: typeof row.line === 'number' ? row.line : null,
  }));
}

function text(value: string | number | null | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
