import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, sqlText } from '../../datasets/database.ts';
import { openWorkshop, type Workshop } from './workshop.ts';

const sample = join(import.meta.dirname, '../../node_modules/vega-datasets/data/flights-3m.parquet');

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop({ path: 'flights.parquet', train: '1 day', test: '12 hours' });
  await writeFlights();
  await workshop.up();
});
afterAll(() => workshop.close());

/** Five days, in which one row of 400 is 9999 minutes late. */
async function writeFlights(): Promise<void> {
  const database = await openDatabase({ threads: 2, memoryLimitMb: 1_000, temporaryFolder: workshop.folder });
  const rows = `SELECT * FROM ${sqlText(sample)} WHERE date >= '2001-03-11' AND date < '2001-03-16' ORDER BY date`;
  const bad = 'hash(date, delay, origin, destination) % 400 = 0';
  const faulty = `SELECT * REPLACE (CASE WHEN ${bad} THEN 9999 ELSE delay END AS delay) FROM (${rows})`;
  await database.run(`COPY (${faulty}) TO ${sqlText(join(workshop.folder, 'flights.parquet'))} (FORMAT parquet)`);
  database.close();
}

async function json<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await workshop.whet(...args, '--json');
  if (code !== 0) throw new Error(`whet ${args.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

interface Listed {
  readonly quarantined: number;
  readonly read: number;
  readonly readmissions: readonly { readonly n: number; readonly rows: number; readonly states: readonly string[] }[];
}

interface Shown {
  readonly parts: readonly { readonly readmitted?: readonly { readonly record: number; readonly rows: number }[] }[];
  readonly versions: readonly { readonly pipeline: string; readonly version: number }[];
  readonly origin: { readonly sources: readonly { readonly path: string }[] };
  readonly columns: { readonly delay: { readonly max: number } };
}

test('bad rows are exported, mended and given back: the next run has them, and all of it is told', async () => {
  const first = await workshop.retrain('2001-03-15T10');
  const [before] = await json<Listed[]>('quarantine', 'list', 'flights');
  const bad = before?.quarantined ?? 0;
  expect(bad).toBe(first.rows?.quarantined);
  expect(bad).toBeGreaterThan(10);

  expect(await json('quarantine', 'export', 'flights', '--to', 'bad.csv')).toMatchObject({ rows: bad });
  const file = join(workshop.folder, 'bad.csv');
  const [header = '', ...lines] = (await readFile(file, 'utf8')).trimEnd().split('\n');
  expect(lines).toHaveLength(bad);
  // All but the first are mended.
  const mended = lines.map((line, at) => (at === 0 ? line : line.replace(',9999,', ',99,')));
  await writeFile(file, [header, ...mended].join('\n'));
  const why = ['--why', 'seconds taken for minutes', '--by', 'ana'];
  const report = await json('quarantine', 'readmit', 'flights', 'bad.csv', ...why);
  expect(report).toMatchObject({ admitted: bad - 1, refused: 1, record: { n: 1, by: 'ana' } });
  const [waiting] = await json<Listed[]>('quarantine', 'list', 'flights');
  expect(waiting?.readmissions).toMatchObject([{ n: 1, rows: bad - 1, states: [expect.stringMatching(/^waits/)] }]);

  const second = await workshop.retrain('2001-03-15T10');
  expect(second.rows).toEqual({ read: first.rows?.read, quarantined: 1 });
  expect(second.snapshot?.id).not.toBe(first.snapshot?.id);
  const [after] = await json<Listed[]>('quarantine', 'list', 'flights');
  expect(after).toMatchObject({ quarantined: 1, read: before?.read });
  expect(after?.readmissions).toMatchObject([{ n: 1, rows: bad - 1, states: [expect.stringMatching(/^taken/)] }]);

  const shown = await json<Shown>('snapshot', 'show', second.snapshot?.id ?? '');
  const taken = shown.parts.flatMap(({ readmitted }) => readmitted ?? []).map(({ rows }) => rows);
  expect(taken.reduce((sum, rows) => sum + rows, 0)).toBe(bad - 1);
  expect(shown.versions).toMatchObject([{ pipeline: 'small-flights', version: second.version }]);
  expect(shown.origin.sources.map(({ path }) => path)).toEqual(['flights.parquet']);
  expect(shown.columns.delay.max).toBeLessThanOrEqual(1500);
  const versions = await json<{ version: number; snapshot: string }[]>('versions', 'small-flights');
  expect(versions.find(({ version }) => version === second.version)?.snapshot).toBe(second.snapshot?.id);

  const reasons = await json<{ stages: { name: string; text: string }[] }>('why', second.run);
  expect(reasons.stages[0]).toMatchObject({ name: 'contract', text: expect.stringMatching(/^computed: readmissions/) });
  const diff = await json<{ rowsOfHours: { added: { rows: number } }[]; changed: object[] }>(
    'snapshot',
    'diff',
    first.snapshot?.id ?? '',
    second.snapshot?.id ?? '',
  );
  expect(diff.rowsOfHours.reduce((sum, { added }) => sum + added.rows, 0)).toBe(bad - 1);
  const listed = (await workshop.whet('snapshots', 'flights')).stdout;
  expect(listed).toContain(second.snapshot?.id.slice(0, 16));
  const frozen = (await workshop.whet('snapshot', 'show', second.snapshot?.id ?? '')).stdout;
  expect(listed).toContain(frozen.match(/hours from (\S+ to \S+):/)?.[1]);
});

test('the commands say for people what they say as JSON', async () => {
  const [entry] = await json<{ id: string }[]>('snapshots');
  const id = entry?.id ?? '';
  expect(await json('snapshot', 'pin', id, '--why', 'the audit', '--by', 'ana')).toMatchObject({ id, by: 'ana' });
  const said = async (...args: string[]) => (await workshop.whet(...args)).stdout;
  expect(await said('snapshots', 'flights')).toContain('by ana: the audit');
  expect(await said('snapshot', 'show', id.slice(0, 12))).toMatch(
    /pinned by ana[\s\S]*columns:[\s\S]*delay +int[\s\S]*made of:\n {2}flights\.parquet/,
  );
  expect(await said('snapshot', 'unpin', id)).toContain('had a pin of ana: the audit');
  expect(await said('quarantine', 'list')).toMatch(/flights, the last window, .*: 1 of \d+ rows in quarantine/);
  expect(await said('quarantine', 'show', 'flights')).toMatch(
    /row \d+ in .*flights\.parquet, judged by flights@1\.0\.0\n {2}delay\.max/,
  );
  expect(await said('quarantine', 'readmit', 'flights')).toContain('0 of 1 rows in quarantine keep to flights@1.0.0');
  expect(await said('snapshot', 'checkout', id, '--to', 'rows')).toMatch(/rows of sn1-.* in \d+ files of rows/);
  const unknown = await workshop.whet('snapshot', 'show', 'sn1-0000');
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('snapshot.unknown')]);
  const unreasoned = await workshop.whet('quarantine', 'readmit', 'flights', 'bad.csv');
  expect([unreasoned.code, unreasoned.stderr]).toEqual([2, expect.stringContaining('--why')]);
});
