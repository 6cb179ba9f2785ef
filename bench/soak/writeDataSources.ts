import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { SourceKind } from '../../core/contractPlan.ts';
import { openDatabase, sqlText } from '../../datasets/database.ts';
import { soakHours, sourceKinds } from './dataPipeline.ts';

const hoursPerFile = 3;
const rowsPerHour = 400;

/** Files of a few hours each, of every kind: values out of range, codes that are none, rows without a date, broken lines. */
export async function writeDataSources(folder: string): Promise<void> {
  const database = await openDatabase({ threads: 2, memoryLimitMb: 512, temporaryFolder: join(folder, 'tmp') });
  try {
    for (const kind of sourceKinds) {
      await mkdir(join(folder, kind), { recursive: true });
      for (let from = 0; from < soakHours; from += hoursPerFile) {
        const path = join(folder, kind, `${String(from).padStart(2, '0')}.${kind}`);
        await database.run(`COPY (${rowsSql(kind, from, from + hoursPerFile)}) TO ${sqlText(path)} (${formats[kind]})`);
        if (kind !== 'parquet' && from % 2 === 1) await breakLines(path, kind);
      }
    }
  } finally {
    database.close();
  }
}

const formats: Readonly<Record<SourceKind, string>> = {
  ndjson: 'FORMAT json',
  csv: 'FORMAT csv, HEADER',
  parquet: 'FORMAT parquet',
};

/** Every 41st row has a delay that cannot be, every 53rd no code, every 67th flies to where it is, every 97th has no date. */
function rowsSql(kind: SourceKind, fromHour: number, toHour: number): string {
  const at = `TIMESTAMP '2001-01-01' + INTERVAL (i * ${3_600 / rowsPerHour}) SECOND`;
  const date = kind === 'ndjson' ? `strftime(${at}, '%Y-%m-%dT%H:%M:%SZ')` : at;
  return `SELECT CASE WHEN i % 97 = 5 THEN NULL ELSE ${date} END AS date,
    CASE WHEN i % 41 = 3 THEN 9999 ELSE i * 7 % 60 - 20 END AS delay, 200 + i % 1800 AS distance,
    CASE WHEN i % 53 = 0 THEN 'x' WHEN i % 67 = 9 THEN 'BBB' ELSE chr(65 + CAST(i % 20 AS INTEGER)) || 'AA' END AS origin,
    'BBB' AS destination FROM range(${fromHour * rowsPerHour}, ${toHour * rowsPerHour}) AS t(i)`;
}

/** Lines that are no record, and the file compressed: both take other ways through the reading. */
async function breakLines(path: string, kind: SourceKind): Promise<void> {
  const lines = (await readFile(path, 'utf8')).split('\n');
  lines.splice(7, 0, kind === 'csv' ? '2001-01-01 00:00:00,5' : '{"date": "2001-01-01T00:00:00Z", "delay": ');
  await writeFile(`${path}.gz`, gzipSync(lines.join('\n')));
  await rm(path);
}
