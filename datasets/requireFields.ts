import { createReadStream } from 'node:fs';
import type { ContractPlan } from '../core/plan.ts';
import { sqlName } from './database.ts';
import type { DataPorts } from './dataPorts.ts';
import { lineBlocks } from './lineBlocks.ts';
import { plainBytes } from './plainBytes.ts';
import { parquetRows, type TablePart } from './rawRows.ts';
import { requireColumns } from './sourceColumns.ts';
import { textLines } from './stageNdjson.ts';

/**
 * A field that must not be null and that no row of a staged NDJSON file has is missing from the file as a column would
 * be. Throws `schema.missing-column`, naming the fields that the first lines have.
 */
export async function requireFields(
  ports: DataPorts,
  contract: ContractPlan,
  path: string,
  parts: readonly TablePart[],
): Promise<void> {
  const has = contract.columns.map(
    ({ name }, k) => `bool_or(${sqlName(name)} IS NOT NULL OR _raw[${k + 1}] IS NOT NULL) AS c${k}`,
  );
  const rows = parquetRows(parts.map(({ file }) => file));
  const [held = {}] = await ports.database.rows<Record<string, boolean | null>>(
    `SELECT ${has.join(', ')} FROM ${rows} WHERE _malformed IS NULL`,
  );
  const absent = contract.columns.filter(({ nullable }, k) => !nullable && held[`c${k}`] === false);
  if (absent.length > 0) requireColumns({ ...contract, columns: absent }, await fieldsOf(ports, path), path);
}

/** The names of the first lines' fields. */
async function fieldsOf(ports: DataPorts, path: string): Promise<string[]> {
  for await (const { bytes } of lineBlocks(plainBytes(path, createReadStream(path)), path, 1 << 16)) {
    const keys = `SELECT DISTINCT unnest(TRY(json_keys(line))) AS name FROM (${textLines}) ORDER BY name`;
    return (await ports.database.rows<{ name: string }>(keys, bytes)).map(({ name }) => name);
  }
  return [];
}
