import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type Database, sqlText } from '../../datasets/database.ts';
import { userCache } from '../../storage/userCache.ts';

/** What is wrong in the file: rows that break a rule, and pairs of such a row and a rule. */
export const planted = { bad: 6_005, reasons: 8_005 } as const;

/**
 * The demo's flights with faults in 6,000 rows, two in some (five more rows are as wrong as they came): made once, the
 * same each time, in the user's cache. Numbers are float64, as pandas writes them as soon as one is missing.
 */
export async function dirtyFlights(database: Database, flights: string): Promise<string> {
  const folder = userCache('bench');
  const path = join(folder, 'flights-3m-dirty-1.parquet');
  if (existsSync(path)) return path;
  await mkdir(folder, { recursive: true });
  const partial = `${path}.${process.pid}`;
  await database.run(`COPY (${faulty(flights)}) TO ${sqlText(partial)} (FORMAT parquet)`);
  await rename(partial, path);
  return path;
}

/** Fault j lies in a row far from those of j - 1 and j + 1: the factor and the number of rows have no common divisor. */
function faulty(flights: string): string {
  const rows = `SELECT *, file_row_number AS row FROM read_parquet(${sqlText(flights)}, file_row_number = true)`;
  const faults = `SELECT j, (j * 1999993 + 12345) % 3000000 AS row FROM range(6000) AS faults(j)`;
  return `SELECT date,
    CASE WHEN ${within(0, 1_000)} THEN NULL WHEN ${within(2_000, 3_000)} THEN 9999 ELSE CAST(delay AS DOUBLE) END AS delay,
    CASE WHEN ${within(2_500, 3_500)} THEN -1 ELSE CAST(distance AS DOUBLE) END AS distance,
    CASE WHEN ${within(500, 1_500)} THEN NULL WHEN ${within(3_500, 4_500)} THEN 'ab1'
      WHEN ${within(5_000, 6_000)} THEN destination ELSE origin END AS origin,
    CASE WHEN ${within(1_500, 2_500)} THEN NULL WHEN ${within(4_000, 5_000)} THEN 'TOOLONG' ELSE destination END AS destination
    FROM (${rows}) LEFT JOIN (${faults}) USING (row) ORDER BY row`;
}

function within(from: number, to: number): string {
  return `j BETWEEN ${from} AND ${to - 1}`;
}
