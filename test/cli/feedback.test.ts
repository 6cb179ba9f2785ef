import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CsvRow, csvRows } from '../../cli/csvRows.ts';
import { csvText } from '../../cli/csvText.ts';
import type { FeedbackLine } from '../../core/feedback.ts';
import { flightDelays } from '../../pipelines/flight-delays.ts';
import { registerVersion } from '../../registry/versions.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { putJson } from '../../storage/objects.ts';
import { byTest, versionLike } from '../registry/versionLike.ts';

const root = resolve(import.meta.dirname, '../..');
let folder: string;
let store: ObjectStore;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-feedback-'));
  store = localDisk(join(folder, 'store'));
  await putJson(store, 'plans/plan.json', flightDelays.plan);
  await registerVersion(store, 'flight-delays', versionLike('a'), byTest);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const whet = (...args: string[]) =>
  spawnSync(process.execPath, [join(root, 'cli/whet.ts'), ...args], {
    cwd: folder,
    env: { ...process.env, WHET_STORE: join(folder, 'store') },
    encoding: 'utf8',
  });

test('labels of NDJSON and CSV are stored alike, and count once', async () => {
  const count = 12_000;
  const at = (row: number) => new Date(Date.UTC(2001, 2, 15) + row * 60_000).toISOString();
  const rows = Array.from({ length: count }, (_, row) => ({
    predictionId: `x/${row}`,
    label: row % 3 === 0,
    labelAt: at(row),
  }));
  await writeFile(join(folder, 'landed.ndjson'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const table = [['predictionId', 'label', 'labelAt', 'distance', 'eventTime']];
  const shown = (row: (typeof rows)[number]) => [row.predictionId, row.label ? 'late' : '0', row.labelAt, '', ''];
  await writeFile(join(folder, 'landed.csv'), csvText([...table, ...rows.map(shown), ['', '1', at(0), '733', at(0)]]));
  const first = whet('feedback', 'flight-delays', 'landed.ndjson', '--json');
  expect([first.status, JSON.parse(first.stdout)]).toMatchObject([0, { labels: count }]);
  expect((await store.list('feedback/')).length).toBe(1);
  const second = whet('feedback', 'flight-delays', 'landed.csv');
  expect([second.status, second.stdout]).toEqual([0, `${count + 1} labels of flight-delays are stored.\n`]);
  const lines = await linesIn();
  expect([lines.length, new Set(lines.map(({ feedbackId }) => feedbackId)).size]).toEqual([2 * count + 1, count + 1]);
  expect(lines.find(({ key }) => key.kind === 'row')?.key).toMatchObject({
    columns: { distance: 733 },
  });
});

test('where one label is wrong, none is stored', async () => {
  const before = await store.list('feedback/');
  await writeFile(
    join(folder, 'wrong.ndjson'),
    '{"predictionId":"x/0","label":true}\n\n{"predictionId":"x/1","label":"early"}\n',
  );
  const { status, stderr } = whet('feedback', 'flight-delays', 'wrong.ndjson');
  expect([status, stderr]).toEqual([
    2,
    expect.stringMatching(/feedback.invalid.*'late' or 'on time'.*"early" in label 2 of wrong.ndjson/),
  ]);
  expect(await store.list('feedback/')).toEqual(before);
});

test('CSV is read as it is written', async () => {
  const values = ['plain', 'a,b', 'a "quoted" one', '"', 'two\nlines', 'two\r\nlines', ''];
  await writeFile(join(folder, 'odd.csv'), csvText([['a', 'b'], ...values.map((value) => [value, 'end'])]));
  const rowsIn = async (name: string): Promise<CsvRow[]> => {
    const rows: CsvRow[] = [];
    for await (const block of csvRows(join(folder, name))) rows.push(...block);
    return rows;
  };
  expect((await rowsIn('odd.csv')).map(({ a }) => a)).toEqual(values);
  await writeFile(join(folder, 'short.csv'), 'a,b\n1\n');
  await expect(rowsIn('short.csv')).rejects.toThrow('2 values, but came 1 in row 1');
  await writeFile(join(folder, 'open.csv'), 'a,b\n1,"2\n');
  await expect(rowsIn('open.csv')).rejects.toThrow('each quote to be closed');
  await writeFile(join(folder, 'long.csv'), `a\n"${'x\n'.repeat(700_000)}`);
  await expect(rowsIn('long.csv')).rejects.toThrow('rows of at most 1 MB');
});

async function linesIn(): Promise<FeedbackLine[]> {
  const files = await Promise.all((await store.list('feedback/')).map((key) => store.read(key)));
  const texts = files.map((file) => Buffer.from(file?.bytes ?? []).toString());
  return texts.flatMap((text) => text.trim().split('\n')).map((line) => JSON.parse(line));
}
