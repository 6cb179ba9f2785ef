import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { ColumnPlan, ContractPlan } from '../../core/contractPlan.ts';
import { plainWork } from '../../datasets/plain/plainWork.ts';

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
  const { parquet } = work({ kind: 'stage', odd: [...columns, 0, 0].map(() => []), firstLine: 1 });
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
