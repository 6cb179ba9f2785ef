import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { ColumnPlan, ContractPlan } from '../../core/contractPlan.ts';
import { plainWork } from '../../datasets/plain/plainWork.ts';
import { stagedHours } from '../../datasets/sources/stagedHours.ts';

const folder = mkdtempSync(join(tmpdir(), 'whet-plain-'));
afterAll(() => rmSync(folder, { recursive: true }));

const column = (name: string, type: ColumnPlan['type']): ColumnPlan => ({ name, type, nullable: true, checks: [] });
const columns = [
  column('at', 'date'),
  column('who', 'string'),
  column('count', 'int'),
  column('share', 'number'),
  column('isSo', 'boolean'),
];
const contract: ContractPlan = {
  ...{
    id: 'plain',
    version: '1.0.0',
    key: 'row number in source partition',
    columns,
    eventTime: 'at',
    rules: [],
    across: [],
    batch: [],
  },
  ...{ source: { kind: 'ndjson', at: { path: '' }, partition: 'hour' }, severity: {}, quarantine: { atMost: 1 } },
};
const first = Date.UTC(2001, 2, 15);

type Work = ReturnType<typeof plainWork>;

/** Stages as many rows of one hour, of which every third has nulls, and says how to open them. */
function staged(work: Work, seed: number, rows: number) {
  const lines = Array.from({ length: rows }, (_, k) => {
    const all = { at: new Date(first + k).toISOString(), who: `w${(seed * k) % 97}`, count: (k * seed) % 5_000 };
    return JSON.stringify(k % 3 === 0 ? { at: all.at } : { ...all, share: k / 8, isSo: k % 2 === 0 });
  });
  work({ kind: 'read', bytes: Buffer.from(lines.join('\n')), columns });
  const { parquet } = work({ kind: 'stage', odd: [...columns, 0, 0].map(() => []), firstLine: 1, event: 0 });
  const path = join(folder, `${seed}-${rows}.parquet`);
  writeFileSync(path, parquet);
  return { contract, files: [path], starts: [first], rows: [rows] };
}

function partOf(work: Work, opened: ReturnType<typeof staged>) {
  expect(work({ kind: 'open', ...opened })).toEqual({ isPlain: true });
  expect(work({ kind: 'judge', judgedAt: undefined, badTexts: {} })).toEqual({ marked: [] });
  const { parquet, content, sketch } = work({ kind: 'part', start: first, without: [1] });
  work({ kind: 'close' });
  return { parquet: Buffer.from(parquet).toString('base64'), content, sketch };
}

test('hours come to the same in memory that others had before, be they more rows or fewer', () => {
  const work = plainWork();
  const all = [staged(work, 7, 3_000), staged(work, 11, 200), staged(work, 13, 9_000), staged(work, 17, 3_000)];
  for (const opened of all) expect(partOf(work, opened)).toEqual(partOf(plainWork(), opened));
});

test('rows without an event time are the same, whether they are read alone or among all others', () => {
  const work = plainWork();
  const lines = Array.from({ length: 400 }, (_, k) => {
    const at = k % 40 === 7 ? null : new Date(first + k).toISOString();
    return JSON.stringify({ at, who: `w${k}`, count: k, share: k % 3 === 0 ? null : k / 8, isSo: k % 2 === 0 });
  });
  lines[50] = '{"at":';
  lines[60] = '{"at":"2001-03-15T01:30:00Z","count":"7"}';
  lines[70] = '{"who":"\\u0041","share":1e2}';
  work({ kind: 'read', bytes: Buffer.from(lines.join('\n')), columns });
  const odd = [
    [null, BigInt(first) * 1_000n],
    ['odd', null],
    [7n, null],
    [null, null],
    [null, null],
  ];
  const { parquet } = work({
    kind: 'stage',
    odd: [...odd, ['{"at":', null], [null, null]],
    firstLine: 1_000,
    event: 0,
  });
  const path = join(folder, 'undated.parquet');
  writeFileSync(path, parquet);
  const undated = (starts: readonly number[], rows: readonly number[]) => {
    expect(work({ kind: 'open', contract, files: [path], starts, rows })).toEqual({ isPlain: true });
    expect(work({ kind: 'judge', judgedAt: undefined, badTexts: {} })).toEqual({ marked: [12] });
    const found = work({ kind: 'marked', files: [0] }).parquet;
    work({ kind: 'close' });
    return Buffer.from(found).toString('base64');
  };
  expect(undated([Number.NaN], [12])).toBe(undated([first, Number.NaN], [388, 12]));
});

const line = (fields: object): string =>
  JSON.stringify({ at: '2001-03-15T01:30:00Z', who: 'a', count: 1, share: 0.5, ...fields });

function hoursOf(...blocks: readonly (readonly string[])[]) {
  const work = plainWork();
  const records = blocks.map((lines) => {
    work({ kind: 'read', bytes: Buffer.from(lines.join('\n')), columns });
    return work({ kind: 'stage', odd: [...columns, 0, 0].map(() => []), firstLine: 1, event: 0 }).hours;
  });
  return stagedHours(records);
}

test('an hour has one hash, whatever the order of its rows and the blocks that they lie in', () => {
  const rows = Array.from({ length: 60 }, (_, k) =>
    line({ at: new Date(first + k * 300_000 - 7_200_000).toISOString(), count: k % 7 }),
  );
  const undated = [line({ at: null }), line({ at: null, who: 'b' })];
  const hours = hoursOf([...rows, ...undated]);
  expect(hours.map(({ rows }) => rows)).toEqual([12, 12, 12, 12, 12, 2]);
  expect(hours.map(({ start }) => start)).toEqual(
    [-2, -1, 0, 1, 2].map((hour) => first + hour * 3_600_000).concat([null as never]),
  );
  expect(hours.map(({ newest }) => newest)).toEqual(
    [-2, -1, 0, 1, 2].map((hour) => first + hour * 3_600_000 + 3_300_000).concat([null as never]),
  );
  expect(hoursOf(rows.slice(20), [...undated, ...rows.slice(0, 20)].reverse())).toEqual(hours);
});

test('another value, and a null in the place of one, give an hour another hash', () => {
  const others = [
    { who: 'b' },
    { who: '' },
    { who: null },
    { count: 2 },
    { count: null },
    { share: -0.5 },
    { share: null },
    { isSo: true },
    { isSo: false },
    { at: '2001-03-15T01:30:00.000001Z' },
    { who: 'a\u0001' },
    { who: 'a'.repeat(9) },
  ];
  const hashes = [{}, ...others].flatMap((fields) => hoursOf([line(fields)]).map(({ hash }) => hash));
  expect(new Set(hashes).size).toBe(others.length + 1);
});
