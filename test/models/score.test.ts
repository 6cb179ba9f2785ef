import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ports } from '../../activities/ports.ts';
import { scoringAlone } from '../../bench/scoringAlone.ts';
import type { ScoreInput } from '../../core/scoreInput.ts';
import { sqlText } from '../../datasets/database.ts';
import type { RefusedRow } from '../../models/score/refusedLines.ts';
import { registerVersion } from '../../registry/versions.ts';
import { type Workbench as DataBench, openWorkbench as openDataBench } from '../datasets/workbench.ts';
import { byTest, versionLike } from '../registry/versionLike.ts';
import { openWorkbench, pipeline, post, putVersion, route } from '../serving/fixture.ts';
import { findVersitygw } from '../storage/findVersitygw.ts';
import { startS3Server } from '../storage/s3Server.ts';

let bench: DataBench;
let ports: Ports;
beforeAll(async () => {
  bench = await openDataBench();
  ports = { ...bench, plans: new Map(), clock: () => 0 };
  for (const version of [1, 2]) {
    const { digest, package: packed } = await putVersion(bench.store, version);
    await registerVersion(bench.store, pipeline, versionLike(digest, { package: packed }), byTest);
  }
});
afterAll(() => bench.close());

interface Flight {
  readonly date: string;
  readonly destination: string;
  readonly distance: unknown;
  readonly origin: unknown;
  readonly seat: string;
}

const flightAt = (at: number): Flight => ({
  date: new Date(Date.UTC(2001, 0, 1, at % 24, at % 60)).toISOString(),
  destination: 'JFK',
  distance: 100 + at,
  origin: at % 3 === 0 ? 'ORD' : `"A", ${at}`,
  seat: `${at}A`,
});
const flights = Array.from({ length: 50 }, (_, at) => flightAt(at));
const ndjsonOf = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const csvOf = (rows: readonly Flight[]): string =>
  `seat,origin,distance,date,destination\n${rows
    .map(({ seat, origin, distance, date, destination }) => {
      return `${seat},"${String(origin).replaceAll('"', '""')}",${distance},${date},${destination}\n`;
    })
    .join('')}`;

/** A folder of its own with these files. */
async function folderOf(name: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = join(bench.folder, name);
  await mkdir(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
  return folder;
}

/** The rows as Parquet, by way of NDJSON. */
async function parquetOf(name: string, rows: readonly object[]): Promise<string> {
  const folder = await folderOf(name, { 'rows.ndjson': ndjsonOf(rows) });
  const read = `read_json(${sqlText(join(folder, 'rows.ndjson'))}, columns = {seat: 'VARCHAR', origin: 'VARCHAR', distance: 'BIGINT', date: 'TIMESTAMP', destination: 'VARCHAR'}, format = 'newline_delimited')`;
  await bench.database.run(`COPY (FROM ${read}) TO ${sqlText(join(folder, 'rows.parquet'))} (FORMAT parquet)`);
  await rm(join(folder, 'rows.ndjson'));
  return join(folder, 'rows.parquet');
}

const score = (input: Partial<ScoreInput> & Pick<ScoreInput, 'in' | 'out'>) =>
  scoringAlone(ports, { pipeline, version: '1', ...input });

const scoresIn = (out: string) =>
  bench.database.rows<{ seat: string; score: number; answer: string; version: number; row: bigint }>(
    `SELECT * FROM read_parquet(${sqlText(`${join(bench.folder, out)}/*.parquet`)}) ORDER BY CAST(regexp_extract(seat, '[0-9]+') AS INTEGER)`,
  );

const columnsIn = async (out: string): Promise<string[]> => {
  const files = sqlText(`${join(bench.folder, out)}/*.parquet`);
  const found = await bench.database.rows<{ column_name: string }>(`DESCRIBE SELECT * FROM read_parquet(${files})`);
  return found.map((column) => column.column_name);
};

/** All files of an output by name. */
async function bytesIn(out: string): Promise<Map<string, string>> {
  const folder = join(bench.folder, out);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const bytes = files.map(async (file) => [file.slice(folder.length), await readFile(file, 'base64')] as const);
  return new Map(await Promise.all(bytes));
}

const refusedIn = async (out: string): Promise<RefusedRow[]> => {
  const files = [...(await bytesIn(out))].filter(([name]) => name.startsWith('/_refused/'));
  const lines = files.flatMap(([, bytes]) => Buffer.from(bytes, 'base64').toString().trim().split('\n'));
  return lines.map((line) => JSON.parse(line));
};

describe('files of rows', () => {
  test('get the scores that a request gets, whatever their kind, and keep their columns', async () => {
    const parquet = await parquetOf('kinds-parquet', flights);
    const folder = await folderOf('kinds', {
      'rows.csv.gz': gzipSync(csvOf(flights)),
      'rows.ndjson': ndjsonOf(flights),
      '_not-done.csv': 'half',
    });
    const serving = await openWorkbench();
    await route(serving.store, 1, await putVersion(serving.store, 1));
    const server = await serving.open();
    const rows = flights.map(({ seat: _, ...row }) => row);
    const { predictions } = (await post(`${server.url}/predict/${pipeline}`, rows)).body;
    await serving.close();
    for (const [kind, input] of [
      ['parquet', parquet],
      ['csv', join(folder, 'rows.csv.gz')],
      ['ndjson', join(folder, 'rows.ndjson')],
    ] as const) {
      const { outcome } = await score({ in: input, out: `kinds-${kind}-out` });
      expect(outcome).toMatchObject({ rows: 50, refused: 0, partitions: 1, reused: 0, others: 0 });
      const scored = await scoresIn(`kinds-${kind}-out`);
      expect(scored.map((row) => row.score)).toEqual(predictions.map((row) => row.score));
      expect(scored.map((row) => row.answer)).toEqual(predictions.map((row) => row.answer));
      expect(scored.map((row) => row.seat)).toEqual(flights.map((row) => row.seat));
      expect(new Set(scored.map((row) => row.version))).toEqual(new Set([1]));
      expect((await columnsIn(`kinds-${kind}-out`)).slice(-4)).toEqual(['score', 'answer', 'version', 'row']);
    }
  });

  test('are scored once: in bounded partitions, two files of the same bytes each for itself, again only by another version', async () => {
    const folder = await folderOf('once', { 'a.csv': csvOf(flights), 'b.csv': csvOf(flights), 'c.ndjson': '' });
    const input = { in: folder, out: 'once-out', rows: 20, columns: ['seat'] };
    const first = await score(input);
    expect(first.outcome).toMatchObject({ partitions: 6, reused: 0, rows: 100, scored: 100 });
    expect(await columnsIn('once-out')).toEqual(['seat', 'score', 'answer', 'version', 'row']);
    const before = await bytesIn('once-out');
    expect((await score(input)).outcome).toMatchObject({ partitions: 6, reused: 6, rows: 100, scored: 0 });
    expect(await bytesIn('once-out')).toEqual(before);
    const other = await score({ ...input, version: '2' });
    expect(other.outcome).toMatchObject({ partitions: 6, reused: 0, others: 6 });
    const lineage = await bench.store.read(`scores/${pipeline}/${other.outcome.manifest.split('/')[1]}`);
    expect(JSON.parse(Buffer.from(lineage?.bytes ?? []).toString())).toMatchObject({ version: 2, rows: 100 });
  });

  test('that were scored in part are scored to the end, with the same bytes', async () => {
    const input = { in: await parquetOf('part', flights), rows: 10 };
    await score({ ...input, out: 'part-whole' });
    await score({ ...input, out: 'part-cut' });
    const names = (await readdir(join(bench.folder, 'part-cut'))).filter((name) => name.endsWith('.parquet'));
    const [lost = '', unrecorded = ''] = names.map((name) => name.slice(0, -'.parquet'.length));
    const cut = join(bench.folder, 'part-cut');
    await rm(join(cut, `${lost}.parquet`));
    for (const name of [lost, unrecorded]) await rm(join(cut, '_parts', `${name}.json`));
    const { outcome } = await score({ ...input, out: 'part-cut' });
    expect(outcome).toMatchObject({ partitions: 5, reused: 3, rows: 50, scored: 20 });
    expect(await bytesIn('part-cut')).toEqual(await bytesIn('part-whole'));
  });
});

describe('rows that cannot be scored', () => {
  const bad = [
    { ...flightAt(0), distance: null },
    { ...flightAt(1), distance: 'far', date: 'soon' },
    { ...flightAt(2), origin: 7 },
  ];

  test('are written with their reasons, and counted', async () => {
    const text = `${ndjsonOf([...bad, ...flights])}no JSON\n`;
    const folder = await folderOf('bad', { 'rows.ndjson': text });
    const { outcome } = await score({ in: folder, out: 'bad-out', key: ['seat'], columns: [], refuseAtMost: 0.1 });
    expect(outcome).toMatchObject({ rows: 50, refused: 4 });
    expect(await columnsIn('bad-out')).toEqual(['seat', 'score', 'answer', 'version', 'row']);
    const refused = await refusedIn('bad-out');
    expect(refused.map(({ row, values }) => [row, values])).toEqual([
      [1, { seat: '0A' }],
      [2, { seat: '1A' }],
      [3, { seat: '2A' }],
      [54, { seat: null }],
    ]);
    const said = refused.map(({ reasons }) => reasons.map((reason) => /came (.*?)\. [A-Z]/.exec(reason.said)?.[1]));
    expect(said).toEqual([['nothing'], [`'"soon"'`, `'"far"'`], [`'7'`], [`'no JSON'`]]);
    expect(refused[1]?.reasons.map(({ code }) => code)).toEqual(['row.wrong-value', 'row.wrong-value']);
  });

  test('end it when there are more than allowed, and what was scored stays', async () => {
    const folder = await folderOf('over', { 'rows.csv': csvOf([...flights, { ...flightAt(60), distance: 'x' }]) });
    const input = { in: folder, out: 'over-out', rows: 30 };
    await expect(score(input)).rejects.toMatchObject({
      code: 'score.over-budget',
      facts: { came: expect.stringContaining('1, each') },
    });
    expect(await scoresIn('over-out')).toHaveLength(50);
    const again = await score({ ...input, refuseAtMost: 0.02 });
    expect(again.outcome).toMatchObject({ partitions: 2, reused: 2, rows: 50, refused: 1 });
  });

  test('a file without a column, with a taken one or of no known kind is refused before anything is written', async () => {
    const folder = await folderOf('refused', {
      'short.csv': 'seat,origin,date,destination\n1A,ORD,2001-01-01,JFK\n',
      'taken.csv': csvOf(flights).replace('seat,', 'Score,'),
      'rows.txt': 'x',
    });
    const codeOf = (name: string) =>
      score({ in: join(folder, name), out: 'refused-out' }).then(
        () => 'done',
        (error: { code?: string }) => error.code,
      );
    expect(await codeOf('short.csv')).toBe('schema.missing-column');
    expect(await codeOf('taken.csv')).toBe('score.column-taken');
    expect(await codeOf('rows.txt')).toBe('input.invalid');
    expect(await codeOf('none.csv')).toBe('source.unreadable');
    await expect(score({ in: folder, out: join(folder, 'scores') })).rejects.toMatchObject({ code: 'input.invalid' });
    await expect(score({ in: folder, out: 'refused-out', version: '9' })).rejects.toMatchObject({
      code: 'version.unknown',
    });
    await expect(readdir(join(bench.folder, 'refused-out'))).rejects.toThrow('ENOENT');
  });
});

const versitygw = await findVersitygw();

test.skipIf(versitygw === undefined)('a prefix of a bucket is scored into another', async () => {
  const server = await startS3Server(versitygw ?? '');
  try {
    const { openStore } = await import('../../storage/openStore.ts');
    const [plain, settings = ''] = server.location().split('?');
    const addressOf = (name: string): string => `${plain}/${name}?${settings}`;
    const store = openStore(addressOf('in'), bench.folder);
    await store.create('a.csv', Buffer.from(csvOf(flights)));
    await store.create('b.ndjson', Buffer.from(ndjsonOf(flights)));
    const input = { in: addressOf('in'), out: addressOf('out'), rows: 40 };
    expect((await score(input)).outcome).toMatchObject({ partitions: 4, reused: 0, rows: 100 });
    expect((await score(input)).outcome).toMatchObject({ partitions: 4, reused: 4, rows: 100 });
    const keys = await openStore(addressOf('out'), bench.folder).list('');
    expect(keys.filter((key) => key.endsWith('.parquet'))).toHaveLength(4);
  } finally {
    await server.stop();
  }
});
