import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { digestOf } from '../../storage/digest.ts';
import { sqlFile, sqlName, sqlText } from '../database.ts';
import type { DataPorts } from '../dataPorts.ts';
import { inTemporaryFolder } from '../inTemporaryFolder.ts';
import { contentLine, contentTexts } from './judgedTable.ts';

/**
 * SHA-256 of the logical content of a partition's Parquet file, with its rows in the order in which they lie: what was
 * noted when it was written, if the file still holds the same rows in canonical order. Rejects where it is not Parquet.
 */
export function storedContent(
  { database }: Pick<DataPorts, 'database'>,
  contract: ContractPlan,
  file: string | null,
): Promise<string> {
  if (file === null) return Promise.resolve(digestOf(''));
  return inTemporaryFolder(async (folder) => {
    const path = join(folder, 'lines.txt');
    await database.runBeside(writingLines(linesOf(contract, file), path));
    const content = await digestOfLines(path);
    await rm(path);
    return content;
  });
}

function linesOf(contract: ContractPlan, file: string): string {
  const values = contract.columns.map(({ name }, k) => `${sqlName(name)} AS v${k}`).join(', ');
  const rows = `SELECT ${values} FROM read_parquet(${sqlFile(file)}, hive_partitioning = false)`;
  return `SELECT ${contentLine(contract)} AS line FROM (SELECT ${contentTexts(contract)} FROM (${rows}))`;
}

/** In the order in which they lie. Without a quote and an escape, the text is written as it is, and a line end after each. */
function writingLines(lines: string, path: string): string {
  const plain = `(FORMAT csv, HEADER false, DELIMITER '', QUOTE '', ESCAPE '', COMPRESSION none)`;
  return `COPY (${lines}) TO ${sqlText(path)} ${plain}`;
}

/** Lines are joined by their ends: the last one has none. */
async function digestOfLines(path: string): Promise<string> {
  const hash = createHash('sha256');
  const { size } = await stat(path);
  for await (const chunk of createReadStream(path, { end: size - 2, highWaterMark: 1 << 18 })) hash.update(chunk);
  return hash.digest('hex');
}
