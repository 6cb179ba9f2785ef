import { randomUUID } from 'node:crypto';
import { link, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { WhetError } from '../../core/errors.ts';
import { sqlName, sqlText } from '../database.ts';
import type { DataPorts } from '../dataPorts.ts';
import { quarantineFiles } from './quarantineFiles.ts';
import type { QuarantineScope } from './quarantineOf.ts';

/**
 * Writes every bad row to one file, `.parquet`, `.csv` or `.ndjson`: the source's columns as text, then the engine's own
 * (`_reasons` is a list, in CSV joined by `; `). Nothing is held in memory. The file is there whole or not at all. Gives
 * how many rows it has. Throws `input.invalid` for another ending or a file that is there, `storage.missing`,
 * `storage.damaged`.
 */
export async function exportQuarantine(
  ports: Pick<DataPorts, 'store' | 'database'>,
  { contract, parts }: QuarantineScope,
  file: string,
): Promise<number> {
  const path = resolve(file);
  const options = copyOptions(path);
  if ((await stat(path).catch(() => undefined)) !== undefined) throw there(path);
  const rows = parts.reduce((sum, { quarantined }) => sum + quarantined, 0);
  if (rows === 0)
    throw new WhetError('input.invalid', { expected: 'rows in quarantine', came: `none of '${contract}'` });
  const { from, columns } = await quarantineFiles(ports, contract, parts);
  const reasons = path.endsWith('.csv') ? `array_to_string(_reasons, '; ')` : '_reasons';
  const own = `_hour, _row, ${reasons} AS _reasons, _file, _line, _malformed, _contract, _partition`;
  const temporary = `${path}.${randomUUID()}`;
  try {
    const all = `SELECT ${[...columns.map(sqlName), own].join(', ')} FROM ${from}`;
    await ports.database.run(`COPY (${all}) TO ${sqlText(temporary)} (${options})`);
    await linked(temporary, path);
    return rows;
  } finally {
    await rm(temporary, { force: true });
  }
}

function copyOptions(path: string): string {
  if (path.endsWith('.parquet')) return 'FORMAT parquet, COMPRESSION zstd';
  if (path.endsWith('.csv')) return 'FORMAT csv, HEADER';
  if (path.endsWith('.ndjson')) return 'FORMAT json';
  throw new WhetError('input.invalid', {
    expected: 'a file that ends in .parquet, .csv or .ndjson',
    came: `'${path}'`,
  });
}

async function linked(from: string, to: string): Promise<void> {
  await link(from, to).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST' ? there(to) : error;
  });
}

function there(path: string): WhetError {
  return new WhetError('input.invalid', { expected: 'a file that is not there yet', came: path });
}
