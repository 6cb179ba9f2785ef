import { concurrently } from '../../storage/concurrently.ts';
import type { DataPorts } from '../dataPorts.ts';
import type { JudgedTable } from './judgedTable.ts';

/** An hour with clean rows: its start, milliseconds UTC. */
export interface CleanHour {
  readonly start: number;
  readonly rows: number;
}

/** Rows that are made one text in memory at most. */
const rowsInMemory = 100_000;

/**
 * SHA-256 of each hour's clean rows as lines in canonical order, by the hour's start: many hours at a time, in memory. An
 * hour that is too large for that is left out: `storedContent` reads it from the file that it was written to.
 */
export async function contentDigests(
  { database }: Pick<DataPorts, 'database'>,
  table: Pick<JudgedTable, 'lines' | 'lineOrder'>,
  hours: readonly CleanHour[],
  inMemory = rowsInMemory,
): Promise<Map<number, string>> {
  const small = hours.filter(({ rows }) => rows <= inMemory);
  const digests = await concurrently(batches(small, inMemory), database.mostBeside, (batch) => {
    const lines = table.lines(batch.map(({ start }) => start));
    return database.rowsBeside<HourDigest>(digestsInMemory(lines, table.lineOrder));
  });
  return new Map(digests.flat().map(({ start, content }) => [start, content]));
}

interface HourDigest {
  readonly start: number;
  readonly content: string;
}

/** Hours that have no more rows together than may be in memory. */
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
