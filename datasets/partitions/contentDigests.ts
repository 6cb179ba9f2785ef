import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { concurrently } from '../../storage/concurrently.ts';
import { sqlText } from '../database.ts';
import type { DataPorts } from '../dataPorts.ts';
import { inTemporaryFolder } from '../inTemporaryFolder.ts';
import type { JudgedTable } from './judgedTable.ts';

/** An hour with clean rows: its start, milliseconds UTC. */
export interface CleanHour {
  readonly start: number;
  readonly rows: number;
}

/** Rows that are made one text in memory at most. */
const rowsInMemory = 100_000;

/**
 * SHA-256 of each hour's clean rows as lines in canonical order, by the hour's start. Small hours are digested many at a
 * time, in memory; the lines of a large one are written to a file first, so that no hour is too large.
 */
export async function contentDigests(
  { database }: Pick<DataPorts, 'database'>,
  table: JudgedTable,
  hours: readonly CleanHour[],
  inMemory = rowsInMemory,
): Promise<Map<number, string>> {
  const digests = await inTemporaryFolder((folder) =>
    concurrently(batches(hours, inMemory), database.mostBeside, async (batch): Promise<HourDigest[]> => {
      const [first, last] = [batch[0]?.start ?? 0, batch.at(-1)?.start ?? 0];
      const lines = table.lines(first, last);
      if (batch.length > 1 || (batch[0]?.rows ?? 0) <= inMemory) {
        return database.rowsBeside<HourDigest>(digestsInMemory(lines, table.lineOrder));
      }
      const path = join(folder, `${first}.txt`);
      await database.runBeside(writingLines(lines, table.lineOrder, path));
      const content = await digestOfLines(path);
      await rm(path);
      return [{ start: first, content }];
    }),
  );
  return new Map(digests.flat().map(({ start, content }) => [start, content]));
}

interface HourDigest {
  readonly start: number;
  readonly content: string;
}

/** Hours that follow each other and have no more rows together than may be in memory; a larger one is alone. */
function batches(hours: readonly CleanHour[], inMemory: number): CleanHour[][] {
  const all: CleanHour[][] = [];
  let rows = Number.POSITIVE_INFINITY;
  for (const hour of [...hours].sort((a, b) => a.start - b.start)) {
    rows += hour.rows;
    if (rows > inMemory) {
      all.push([]);
      rows = hour.rows;
    }
    all.at(-1)?.push(hour);
  }
  return all;
}

function digestsInMemory(lines: string, order: string): string {
  const text = `string_agg(line, chr(10) ORDER BY ${order})`;
  return `SELECT CAST(hour AS DOUBLE) AS start, sha256(${text}) AS content FROM (${lines}) GROUP BY hour`;
}

/** Without a quote and an escape, the text is written as it is, and a line end after each. */
function writingLines(lines: string, order: string, path: string): string {
  const plain = `(FORMAT csv, HEADER false, DELIMITER '', QUOTE '', ESCAPE '', COMPRESSION none)`;
  return `COPY (SELECT line FROM (${lines}) ORDER BY ${order}) TO ${sqlText(path)} ${plain}`;
}

/** Lines are joined by their ends: the last one has none. */
async function digestOfLines(path: string): Promise<string> {
  const hash = createHash('sha256');
  const { size } = await stat(path);
  for await (const chunk of createReadStream(path, { end: size - 2, highWaterMark: 1 << 18 })) hash.update(chunk);
  return hash.digest('hex');
}
