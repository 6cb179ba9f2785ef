import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sqlText } from '../../../datasets/database.ts';
import type { DataPorts } from '../../../datasets/dataPorts.ts';
import { registerVersion } from '../../../registry/versions.ts';
import { byTest, versionLike } from '../../../test/registry/versionLike.ts';
import { pipeline, putVersion } from '../../../test/serving/fixture.ts';

export { pipeline } from '../../../test/serving/fixture.ts';

/** One row in so many has no distance, and is refused. */
const oneBadIn = 1_000;

/** Made flights in two files of Parquet and NDJSON, nine in ten of them in the first, and a version to score them by. */
export async function writeScoreInput({ database, store, folder }: DataPorts, rows: number): Promise<string> {
  const { digest, package: packed } = await putVersion(store, 1);
  await registerVersion(store, pipeline, versionLike(digest, { package: packed }), byTest);
  const input = join(folder, 'in');
  await mkdir(input, { recursive: true });
  const first = Math.floor(rows * 0.9);
  const write = (name: string, from: number, to: number, format: string) =>
    database.run(`COPY (${flights(from, to)}) TO ${sqlText(join(input, name))} (${format})`);
  await write('flights.parquet', 0, first, 'FORMAT parquet');
  await write('late.ndjson', first, rows, 'FORMAT json');
  return input;
}

function flights(from: number, to: number): string {
  return `SELECT TIMESTAMP '2001-01-01' + INTERVAL (i) SECOND AS date,
    CASE WHEN i % ${oneBadIn} <> 7 THEN 100 + i % 3000 END AS distance,
    ['ORD', 'LAX', 'JFK', 'ATL'][1 + i % 4] AS origin, 'D' || (i % 100) AS destination, i AS flight
    FROM range(${from}, ${to}) AS made(i)`;
}
