import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { validateFile } from '../../datasets/partitions/validateFile.ts';
import { validatePartitions } from '../../datasets/partitions/validatePartitions.ts';
import { indexSource } from '../../datasets/sources/indexSource.ts';
import { failure, flights, openWorkbench, type Workbench } from './workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

const rows = Array.from({ length: 3_000 }, (_, i) => {
  return { date: `2001-01-01T0${i % 3}:10:00Z`, delay: i % 90, distance: 100 + i, origin: 'AAA', destination: 'BBB' };
});
const texts = {
  csv: [Object.keys(rows[0] ?? {}).join(), ...rows.map((row) => Object.values(row).join()), 'broken'].join('\n'),
  ndjson: [...rows.map((row) => JSON.stringify(row)), 'broken'].join('\n'),
};
const compress = { gz: gzipSync, zst: zstdCompressSync } as const;

test.each([
  ['csv', 'gz'],
  ['csv', 'zst'],
  ['ndjson', 'gz'],
  ['ndjson', 'zst'],
] as const)('a %s file as .%s gives the same partitions as a plain one', async (kind, ending) => {
  const plain = `whole.${kind}`;
  const compressed = `whole.${kind}.${ending}`;
  await writeFile(join(bench.folder, plain), texts[kind]);
  await writeFile(join(bench.folder, compressed), compress[ending](texts[kind]));
  const ports = bench.emptied();
  const judged = async (path: string) => {
    const contract = flights({ path }, kind);
    const index = await indexSource(ports, contract);
    return validatePartitions(
      ports,
      contract,
      index,
      index.hours.map(({ hour }) => hour),
      undefined,
    );
  };
  const first = await judged(plain);
  expect(first.parts.map((part) => part.rows)).toEqual([1000, 1000, 1000]);
  expect(first.undated).toMatchObject({ read: 1, reasons: { 'row.malformed': 1 } });
  expect(await judged(compressed)).toEqual({ ...first, validated: [], reused: 3 });
  const report = await validateFile(bench.emptied(), flights({ sample: 'flights-3m' }), join(bench.folder, compressed));
  expect(report).toMatchObject({ rows: 3001, undated: 1 });
});

test.each(['csv', 'ndjson'] as const)(
  'a compressed %s file that is cut short is refused, not read in part',
  async (kind) => {
    for (const ending of ['gz', 'zst'] as const) {
      const path = join(bench.folder, `cut.${kind}.${ending}`);
      const whole = compress[ending](texts[kind]);
      await writeFile(path, whole.subarray(0, -10));
      expect(await failure(indexSource(bench.emptied(), flights({ path }, kind)))).toMatch(
        new RegExp(`^source\\.unreadable: .*cut\\.${kind}\\.${ending}.*unexpected end of file`),
      );
      expect(await readFile(path)).toHaveLength(whole.length - 10);
    }
  },
);
