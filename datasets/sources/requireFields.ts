import { createReadStream } from 'node:fs';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { sqlName } from '../database.ts';
import type { DataPorts } from '../dataPorts.ts';
import { fragments } from './jsonColumn.ts';
import { textLines } from './jsonLines.ts';
import { lineBlocks } from './lineBlocks.ts';
import { plainBytes } from './plainBytes.ts';
import { parquetRows, type TablePart } from './rawRows.ts';
import { requireColumns } from './sourceColumns.ts';

/**
 * A field that must not be null and that no row of a staged NDJSON file has is missing from the file as a column would
 * be. Throws `schema.missing-column`, naming the fields that the first lines have.
 */
export async function requireFields(
  ports: DataPorts,
  contract: ContractPlan,
  { path, file }: { readonly path: string; readonly file: string },
  parts: readonly TablePart[],
): Promise<void> {
  const rows = `${parquetRows(parts.map(({ file }) => file))} WHERE _malformed IS NULL`;
  // The first row that has it ends the search.
  const has = contract.columns.map(({ name }, k) => {
    return `(SELECT true FROM ${rows} AND (${sqlName(name)} IS NOT NULL OR (${fragments})[${k + 1}] IS NOT NULL) LIMIT 1) AS c${k}`;
  });
  const any = `(SELECT true FROM ${rows} LIMIT 1) AS found`;
  const [held = {}] = await ports.database.rows<Record<string, boolean | null>>(`SELECT ${[any, ...has].join(', ')}`);
  if (held.found === null) return;
  const absent = contract.columns.filter(({ nullable }, k) => !nullable && held[`c${k}`] === null);
  if (absent.length > 0) requireColumns({ ...contract, columns: absent }, await fieldsOf(ports, file), path);
}

/** The names of the fields of an NDJSON file's first lines, 64 KB of them. */
export async function fieldsOf(ports: Pick<DataPorts, 'database'>, path: string): Promise<string[]> {
  for await (const { bytes } of lineBlocks(plainBytes(path, createReadStream(path)), path, 1 << 16)) {
    const keys = `SELECT DISTINCT unnest(TRY(json_keys(line))) AS name FROM (${textLines}) ORDER BY name`;
    return (await ports.database.rows<{ name: string }>(keys, bytes)).map(({ name }) => name);
  }
  return [];
}
