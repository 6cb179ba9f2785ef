import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FeatureMatrix } from '../../core/matrix.ts';
import { type Database, openDatabase, sqlText } from '../../datasets/database.ts';
import { exportMatrix } from '../../features/exportMatrix.ts';
import { loadMatrix } from '../../features/loadMatrix.ts';
import { localDisk } from '../../storage/localDisk.ts';
import { getObjectJson } from '../../storage/objects.ts';
import { storeTrialMatrix } from './trialMatrix.ts';

let folder: string;
let database: Database;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-matrix-'));
  database = await openDatabase({ threads: 1, memoryLimitMb: 500, temporaryFolder: folder });
});
afterAll(async () => {
  database.close();
  await rm(folder, { recursive: true });
});

test.each(['parquet', 'csv'] as const)('writes every settled row in order, as %s', async (format) => {
  const store = localDisk(join(folder, 'store'));
  const matrix = await getObjectJson<FeatureMatrix>(store, await storeTrialMatrix(store, 5_000));
  const to = join(folder, `matrix.${format}`);
  const written = await exportMatrix({ store, database }, matrix, to, format);
  const names = [...matrix.encoders.columns.numeric, ...matrix.encoders.columns.categories];
  expect(written.columns).toEqual(names);

  const reader = format === 'parquet' ? 'read_parquet' : 'read_csv';
  const rows = await database.rows<Record<string, unknown>>(`SELECT * FROM ${reader}(${sqlText(to)})`);
  expect(Object.keys(rows[0] ?? {})).toEqual(['_part', '_hour', '_label', ...names]);
  let first = 0;
  for (const part of ['train', 'validate', 'test'] as const) {
    const loaded = await loadMatrix(store, matrix[part], matrix.encoders, matrix.asOf);
    expect(written.rows[part]).toBe(loaded.rows);
    for (let row = 0; row < loaded.rows; row += 1) {
      const came = rows[first + row] ?? {};
      const numbers = Array.from(loaded.numeric.subarray(row * loaded.width, (row + 1) * loaded.width));
      const codes = Array.from(
        loaded.categories.subarray(row * loaded.categoryCount, (row + 1) * loaded.categoryCount),
      );
      expect([came._part, Number(came._label), ...names.map((name) => Math.fround(Number(came[name])))]).toEqual([
        part,
        loaded.labels[row],
        ...numbers,
        ...codes,
      ]);
    }
    first += loaded.rows;
  }
  expect(rows.length).toBe(first);
});

test('refuses to write over a file', async () => {
  const store = localDisk(join(folder, 'store'));
  const matrix = await getObjectJson<FeatureMatrix>(store, await storeTrialMatrix(store, 100));
  const to = join(folder, 'twice.csv');
  await exportMatrix({ store, database }, matrix, to, 'csv');
  await expect(exportMatrix({ store, database }, matrix, to, 'csv')).rejects.toThrow('a file that is not there yet');
});
