import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';
import { putObjectFile } from '../../storage/objects.ts';
import { sqlFile, sqlName, sqlText } from '../database.ts';
import type { DataPorts } from '../dataPorts.ts';
import { inTemporaryFolder } from '../inTemporaryFolder.ts';
import { compressionOf } from './compression.ts';
import { csvHeader } from './csvHeader.ts';
import { writePlain } from './plainBytes.ts';
import { readingSource } from './readingSource.ts';
import { requireColumns } from './sourceColumns.ts';
import { dateOf } from './typedColumn.ts';

/** Part of the key of a staged file: raise it when what is staged for the same bytes changes. */
export const csvStageVersion = 1;

/**
 * Turns a CSV file into a Parquet object of text, once, so that later hours are found without reading it all again:
 * `objects/<sha256>` with the contract's columns, `_malformed` (the text of each line with a wrong number of fields or
 * broken quotes; such lines come last) and `_at` (the event time, to skip row groups by). The file has a header,
 * commas, and quotes as in RFC 4180; a `.gz` or `.zst` file is decompressed first. Throws `source.unreadable`, `source.empty`, `schema.missing-column`.
 */
export async function stageCsv(ports: DataPorts, contract: ContractPlan, file: string, name = file): Promise<string> {
  return inTemporaryFolder(async (folder) => {
    const plain = compressionOf(file) === undefined ? file : join(folder, 'plain.csv');
    if (plain !== file) await readingSource(name, () => writePlain(file, plain));
    const header = await csvHeader(plain);
    requireColumns(contract, header, name);
    requireOnce(contract, header, name);
    return stagePlain(ports, contract, { header, plain, file: name }, join(folder, 'staged.parquet'));
  });
}

interface PlainCsv {
  readonly header: readonly string[];
  readonly plain: string;
  /** The source file, for people. */
  readonly file: string;
}

async function stagePlain(ports: DataPorts, contract: ContractPlan, csv: PlainCsv, path: string): Promise<string> {
  const id = randomUUID().replaceAll('-', '');
  const tables = { lines: `csv_${id}`, rejects: `rejects_${id}`, scans: `scans_${id}` };
  try {
    await readingSource(csv.file, () => ports.database.run(loading(contract, csv.header, csv.plain, tables)));
    await ports.database.run(addingMalformed(contract, tables));
    await ports.database.run(writing(contract, tables.lines, path));
    return await putObjectFile(ports.store, path);
  } finally {
    for (const table of Object.values(tables)) await ports.database.run(`DROP TABLE IF EXISTS ${table}`);
  }
}

function requireOnce(contract: ContractPlan, header: readonly string[], file: string): void {
  const twice = contract.columns.find(({ name }) => header.indexOf(name) !== header.lastIndexOf(name));
  if (twice === undefined) return;
  throw new WhetError('source.unreadable', {
    expected: `one column '${twice.name}' in the header of ${file}`,
    came: 'more than one',
  });
}

interface StageTables {
  readonly lines: string;
  readonly rejects: string;
  readonly scans: string;
}

/** A field's text, or null where it stands for null. */
function csvValue(field: string, nulls: readonly string[]): string {
  if (nulls.length === 0) return field;
  return `CASE WHEN ${field} NOT IN (${nulls.map(sqlText).join(', ')}) THEN ${field} END`;
}

/** An empty field is null, a quoted empty field is the empty text. */
function loading(contract: ContractPlan, header: readonly string[], file: string, tables: StageTables): string {
  const { nulls = [] } = contract.source;
  const chosen = contract.columns.map(({ name }, k) => `${csvValue(`h${header.indexOf(name)}`, nulls)} AS r${k}`);
  const columns = `{${header.map((_, index) => `h${index}: 'VARCHAR'`).join(', ')}}`;
  const options = [
    `auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', strict_mode = true`,
    `allow_quoted_nulls = false, columns = ${columns}, store_rejects = true, rejects_limit = 0`,
    `rejects_table = '${tables.rejects}', rejects_scan = '${tables.scans}'`,
  ];
  const source = `read_csv(${sqlFile(file)}, hive_partitioning = false, ${options.join(', ')})`;
  return `CREATE TEMP TABLE ${tables.lines} AS SELECT ${chosen.join(', ')}, CAST(NULL AS VARCHAR) AS malformed FROM ${source}`;
}

/** One line may be rejected for several reasons: it is one row all the same. */
function addingMalformed(contract: ContractPlan, tables: StageTables): string {
  const nulls = contract.columns.map(() => 'NULL').join(', ');
  const text = `coalesce(trim(first(csv_line ORDER BY column_idx), chr(10) || chr(13)), '')`;
  return `INSERT INTO ${tables.lines} SELECT ${nulls}, ${text} FROM ${tables.rejects} GROUP BY line ORDER BY line`;
}

function writing(contract: ContractPlan, lines: string, path: string): string {
  const k = contract.columns.findIndex(({ name }) => name === contract.eventTime);
  const columns = contract.columns.map(({ name }, index) => `r${index} AS ${sqlName(name)}`);
  const rows = `SELECT ${columns.join(', ')}, malformed AS _malformed, ${dateOf(`r${k}`, 'VARCHAR')} AS _at`;
  return `COPY (${rows} FROM ${lines}) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`;
}
