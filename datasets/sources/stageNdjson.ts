import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { concurrently } from '../../storage/concurrently.ts';
import { putObjectFile } from '../../storage/objects.ts';
import { sqlName, sqlText } from '../database.ts';
import type { DataPorts } from '../dataPorts.ts';
import { inTemporaryFolder } from '../inTemporaryFolder.ts';
import { jsonValue } from './jsonColumn.ts';
import { type LineBlock, lineBlocks } from './lineBlocks.ts';
import { chunkBytes, plainBytes } from './plainBytes.ts';
import { readingSource } from './readingSource.ts';

/** Part of the key of staged files: raise it when what is staged for the same bytes changes. */
export const ndjsonStageVersion = 1;

export interface StagedFile {
  /** SHA-256 of the source file. */
  readonly digest: string;
  /** Parquet objects with its rows, in order. */
  readonly staged: readonly string[];
}

/**
 * Reads an NDJSON file once, and turns it into Parquet objects of typed values: the contract's columns, `_line` (from
 * 1), `_malformed` (the text of a line that is no JSON object) and `_raw` (the JSON of every column, in rows where one
 * has a value of a wrong type). A field that is missing is null, one that the contract does not name is left out, of
 * one that is there twice the first counts; a blank line is no row. A `.gz` or `.zst` file is decompressed on the way. Throws `source.unreadable`.
 */
export async function stageNdjson(
  ports: DataPorts,
  contract: ContractPlan,
  file: string,
  name = file,
): Promise<StagedFile> {
  const hash = createHash('sha256');
  const bytes = hashed(createReadStream(file, { highWaterMark: chunkBytes }), hash);
  const blocks = lineBlocks(plainBytes(file, bytes), name);
  const staged = await readingSource(name, () =>
    inTemporaryFolder((folder) =>
      concurrently(blocks, ports.database.mostBeside, (block) => stageBlock(ports, contract, block, folder)),
    ),
  );
  return { digest: hash.digest('hex'), staged };
}

async function* hashed(bytes: AsyncIterable<Buffer>, hash: { update(chunk: Buffer): unknown }) {
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
}

async function stageBlock(ports: DataPorts, contract: ContractPlan, block: LineBlock, folder: string): Promise<string> {
  const path = join(folder, `${block.firstLine}.parquet`);
  const sql = `COPY (${typedLines(contract, block.firstLine)}) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`;
  await ports.database.runBeside(sql, block.bytes);
  const digest = await putObjectFile(ports.store, path);
  await rm(path);
  return digest;
}

/** Of the text `$1`: all that is strict is decided here, on the JSON of each value, which one parse per line gives. */
function typedLines({ columns }: ContractPlan, firstLine: number): string {
  const json = columns.map(({ name }, k) => `CAST(struct_extract(object, ${sqlText(name)}) AS VARCHAR) AS j${k}`);
  const values = columns.map(({ type }, k) => `${jsonValue(type, `j${k}`)} AS v${k}`);
  const wrong = columns.map((_, k) => `(v${k} IS NULL AND j${k} IS NOT NULL)`).join(' OR ');
  const raw = `CASE WHEN ${wrong} THEN [${columns.map((_, k) => `j${k}`).join(', ')}] END AS _raw`;
  const malformed = `CASE WHEN object IS NULL THEN rtrim(line, chr(13)) END AS _malformed`;
  const named = columns.map(({ name }, k) => `v${k} AS ${sqlName(name)}`);
  const fields = `SELECT line, number, object, ${json.join(', ')} FROM (${objects(columns)})`;
  const typed = `SELECT *, ${values.join(', ')} FROM (${fields})`;
  return `SELECT ${named.join(', ')}, number + ${firstLine - 1} AS _line, ${malformed}, ${raw} FROM (${typed})`;
}

/** DuckDB would throw at a line that is no JSON, and take a list for an object without fields. */
function objects(columns: ContractPlan['columns']): string {
  const shape = sqlText(JSON.stringify(Object.fromEntries(columns.map(({ name }) => [name, 'JSON']))));
  const object = `CASE WHEN ${begins} OR starts_with(ltrim(line, ${blanks}), '{') THEN TRY(from_json(line, ${shape})) END`;
  return `SELECT line, number, ${object} AS object FROM (${textLines}) WHERE ${begins} OR trim(line, ${blanks}) <> ''`;
}

/** Nearly every line does: to trim it takes as long as to parse it. */
const begins = `starts_with(line, '{')`;
const blanks = `' ' || chr(9) || chr(13)`;

/** The lines of the text `$1` by number, from 1. */
export const textLines = `SELECT unnest(lines) AS line, generate_subscripts(lines, 1) AS number
  FROM (SELECT string_split(decode($1::BLOB), chr(10)) AS lines)`;
