import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { contentDigests } from '../../datasets/partitions/contentDigests.ts';
import { hoursRange } from '../../datasets/partitions/hoursRange.ts';
import { judgeRows } from '../../datasets/partitions/judgeRows.ts';
import { storedContent } from '../../datasets/partitions/storedContent.ts';
import { compileContract } from '../../datasets/rules/compileContract.ts';
import { indexSource, sourceTable } from '../../datasets/sources/indexSource.ts';
import { column, flights, openWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

const texts = ['"', '\\', '', ' ', '\n', 'a\r\nb', ',', '#', '\u0001', 'caf\u00e9', '-', '1:2', null];
const rows = Array.from({ length: 400 }, (_, i) => ({
  at: Date.UTC(2001, 0, 1, i % 5, (i * 7) % 60),
  text: texts[i % texts.length] ?? null,
  n: i % 3 === 0 ? null : (i % 11) - 5,
}));

test('an hour has one digest, whether its lines are made in memory or of the file that it was written to', async () => {
  const path = join(bench.folder, 'x.ndjson');
  await writeFile(path, rows.map((row) => JSON.stringify(row)).join('\n'));
  const columns = [column('at', 'date'), column('text', 'string'), column('n', 'int')].map((held) => {
    return { ...held, nullable: held.name !== 'at' };
  });
  const contract: ContractPlan = { ...flights({ path }, 'ndjson'), columns, eventTime: 'at', rules: [] };
  const index = await indexSource(bench, contract);
  const judging = {
    contract,
    compiled: compileContract(contract),
    source: await sourceTable(bench, index, index.hours),
  };
  await judgeRows(bench, judging, index.hours, hoursRange(index.hours), async ({ table, counts }) => {
    const hours = [...counts.values()].map(({ start, read }) => ({ start: start ?? 0, rows: read }));
    const expected = new Map(hours.map(({ start }) => [start, digestOfHour(start)]));
    for (const inMemory of [1_000_000, 100, 80]) {
      expect(await contentDigests(bench, table, hours, inMemory)).toEqual(expected);
    }
    expect(await contentDigests(bench, table, hours, 79)).toEqual(new Map());
    for (const hour of counts.values()) {
      await bench.database.run(table.writeClean(hour, join(bench.folder, 'clean.parquet')));
      const content = await storedContent(bench, contract, join(bench.folder, 'clean.parquet'));
      expect(content).toBe(expected.get(hour.start ?? 0));
    }
  });
});

/** The definition: columns as declared, each as text with its length in bytes; event time first, nulls first. */
function digestOfHour(start: number): string {
  const held = rows.filter(({ at }) => Math.floor(at / 3_600_000) * 3_600_000 === start);
  const bytes = (text: string | null) => Buffer.from(text ?? '');
  const nulls = (a: unknown, b: unknown) => Number(a !== null) - Number(b !== null);
  held.sort(
    (a, b) =>
      a.at - b.at ||
      nulls(a.text, b.text) ||
      Buffer.compare(bytes(a.text), bytes(b.text)) ||
      nulls(a.n, b.n) ||
      (a.n ?? 0) - (b.n ?? 0),
  );
  const field = (text: string | null) => (text === null ? '-' : `${Buffer.byteLength(text)}:${text}`);
  const lines = held.map(({ at, text, n }) => [`${at * 1000}`, text, n === null ? null : `${n}`].map(field).join(' '));
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}
