import type { ContractPlan } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';
import { sqlFile, sqlName, sqlText } from '../database.ts';
import type { DataPorts } from '../dataPorts.ts';
import { readingSource } from '../sources/readingSource.ts';
import { requireColumns } from '../sources/sourceColumns.ts';

/** What tells which row of which partition a mended one is. */
const placeColumns = ['_hour', '_row', '_partition'] as const;

/**
 * Reads an export that a person mended (`.csv`, `.ndjson` or `.parquet`) into a table: the contract's columns as texts
 * `t<k>`, null where the file has none, the place that a row comes from as `origin`, `row` and `partition`, and `nth`, its
 * own in the file. Throws `input.invalid`, `source.unreadable`, `schema.missing-column`.
 */
export async function mendedFile(
  { database }: Pick<DataPorts, 'database'>,
  contract: ContractPlan,
  path: string,
  table: string,
): Promise<void> {
  const names = [...contract.columns.map(({ name }) => name), ...placeColumns];
  await readingSource(path, async () => {
    const textOf = path.endsWith('.ndjson') ? memberOf : sqlName;
    const from = path.endsWith('.ndjson') ? linesIn(path) : await tableIn({ database }, path, names);
    const texts = contract.columns.map(({ name }, k) => `CAST(${textOf(name)} AS VARCHAR) AS t${k}`);
    const [hour, row, partition] = placeColumns.map(textOf);
    await database.run(`CREATE TABLE ${table} AS SELECT ${texts.join(', ')}, CAST(${hour} AS VARCHAR) AS origin,
      TRY_CAST(${row} AS BIGINT) AS row, CAST(${partition} AS VARCHAR) AS partition, row_number() OVER () AS nth FROM ${from}`);
  });
}

/** The text of a value as it was written: nothing is guessed from it. */
function memberOf(name: string): string {
  return `json_extract_string(json, ${sqlText(`$."${name}"`)})`;
}

function linesIn(path: string): string {
  return `read_json_objects(${sqlFile(path)}, format = 'newline_delimited')`;
}

async function tableIn(
  { database }: Pick<DataPorts, 'database'>,
  path: string,
  names: readonly string[],
): Promise<string> {
  const from = tableOf(path);
  const found = await database.rows<{ column_name: string }>(`DESCRIBE SELECT * FROM ${from}`);
  const there = found.map(({ column_name: name }) => name);
  requireColumns({ columns: names.map((name) => ({ name })) }, there, path);
  return from;
}

function tableOf(path: string): string {
  if (path.endsWith('.parquet')) return `read_parquet(${sqlFile(path)}, hive_partitioning = false)`;
  if (path.endsWith('.csv')) {
    return `read_csv(${sqlFile(path)}, header = true, all_varchar = true, delim = ',', quote = '"', escape = '"',
      nullstr = '', allow_quoted_nulls = false, hive_partitioning = false)`;
  }
  const expected = 'a file that ends in .parquet, .csv or .ndjson, as it was exported';
  throw new WhetError('input.invalid', { expected, came: `'${path}'` });
}
