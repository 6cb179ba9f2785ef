import { rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunRecord } from '../../core/run.ts';
import { openDatabase, sqlText } from '../../datasets/database.ts';
import { readSnapshot } from '../../datasets/snapshots/freezeSnapshot.ts';
import { openWorkshop, type Workshop } from './workshop.ts';

const root = resolve(import.meta.dirname, '../..');
const sample = join(root, 'node_modules/vega-datasets/data/flights-3m.parquet');

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
  await rm(join(workshop.folder, 'pipelines/small.ts'));
  const source = `export * from '${root}/test/pipelines/referringFlights.ts';\n`;
  await writeFile(join(workshop.folder, 'pipelines/referring.ts'), source);
  await writeFlights();
  await workshop.up();
});
afterAll(() => workshop.close());

/** Two days; flights of origin XXX are known nowhere, and each fiftieth id is that of a flight four before. */
async function writeFlights(): Promise<void> {
  const database = await openDatabase({ threads: 2, memoryLimitMb: 1_000, temporaryFolder: workshop.folder });
  const rows = `SELECT *, row_number() OVER (ORDER BY date, delay, distance, origin, destination) AS n FROM ${sqlText(sample)} WHERE date >= '2001-03-13' AND date < '2001-03-15'`;
  const arriving = `SELECT date, delay, distance, CASE WHEN n % 400 = 7 THEN 'XXX' ELSE origin END AS origin,
    CASE WHEN n % 50 = 9 THEN n - 4 ELSE n END AS id`;
  for (const [name, select] of [
    ['known', 'SELECT date, delay, distance, origin'],
    ['arrivals', arriving],
  ] as const) {
    const file = sqlText(join(workshop.folder, `${name}.parquet`));
    await database.run(`COPY (${select} FROM (${rows}) ORDER BY date) TO ${file} (FORMAT parquet)`);
  }
  database.close();
}

async function retrain(pipeline: string, asOf: string): Promise<RunRecord> {
  const { stdout, stderr, code } = await workshop.whet('retrain', pipeline, '--as-of', asOf, '--json');
  if (stdout === '') throw new Error(`whet retrain ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as RunRecord;
}

test('a run waits for the contract that its rows refer to, and quarantines what repeats or refers to nothing', async () => {
  const early = await retrain('arriving-flights', '2001-03-14T20');
  expect(early).toMatchObject({ status: 'rejected', error: { code: 'reference.no-snapshot' } });

  const known = await retrain('known-flights', '2001-03-14T20');
  const run = await retrain('arriving-flights', '2001-03-14T20');
  expect([known.status, run.status]).toEqual(['judged', 'judged']);
  const reference = known.snapshot?.id ?? '';
  expect(run.stages[0]?.inputs).toMatchObject({ 'snapshot of known': reference });
  const { parts } = await readSnapshot(workshop.store, run.snapshot?.id ?? '');
  const count = (id: string) =>
    parts.reduce((sum, { reasons, warnings }) => sum + (reasons[id] ?? warnings?.[id] ?? 0), 0);
  expect(count('id.unique')).toBeGreaterThan(100);
  expect(count('origin.references.known.origin')).toBeGreaterThan(20);
  expect(count('origin.gap')).toBeGreaterThan(20);
  const judged = parts.filter(({ read }) => read > 0);
  expect(judged.filter(({ across }) => across?.snapshots.known !== reference)).toEqual([]);
  const held = await bothIn(parts.flatMap(({ object }) => (object === null ? [] : [object])));
  expect(held).toEqual({ rows: parts.reduce((sum, { rows }) => sum + rows, 0), repeated: 0, unknown: 0 });

  const later = await retrain('arriving-flights', '2001-03-14T21');
  expect(later.snapshot?.partitions.validated).toBe(1);
});

/** What the snapshot's own files hold. Ids repeat within four rows, which is far less than six hours. */
async function bothIn(objects: readonly string[]): Promise<object> {
  const files = await Promise.all(objects.map((object) => workshop.store.file(`objects/${object}`)));
  const database = await openDatabase({ threads: 2, memoryLimitMb: 1_000, temporaryFolder: workshop.folder });
  try {
    const [held = {}] = await database.rows(`SELECT CAST(count(*) AS DOUBLE) AS rows,
      CAST(count(*) - count(DISTINCT id) AS DOUBLE) AS repeated,
      CAST(count(*) FILTER (origin = 'XXX') AS DOUBLE) AS unknown FROM read_parquet([${files.map(sqlText).join(', ')}])`);
    return held;
  } finally {
    database.close();
  }
}
