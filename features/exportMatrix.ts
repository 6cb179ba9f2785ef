import { randomUUID } from 'node:crypto';
import { access, rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { BIGINT, DuckDBDataChunk, type DuckDBType, FLOAT, INTEGER, VARCHAR } from '@duckdb/node-api';
import { WhetError } from '../core/errors.ts';
import type { FeatureMatrix } from '../core/matrix.ts';
import { matrixInputs } from '../core/matrixInputs.ts';
import { sqlName, sqlText } from '../datasets/database.ts';
import type { DataPorts } from '../datasets/dataPorts.ts';
import { type LoadedMatrix, loadMatrix } from './loadMatrix.ts';

export interface MatrixFile {
  /** By part, in this order. */
  readonly rows: { readonly train: number; readonly validate: number; readonly test: number };
  /**
   * The model's inputs: numeric columns unscaled, NaN where a value is missing; then categories by their place in the
   * vocabulary, 0 for a value that is not in it.
   */
  readonly columns: readonly string[];
}

/**
 * Writes a run's feature matrix as one Parquet or CSV file for other tools: `_part` (`train`, `validate` or `test`),
 * `_hour` (UTC, as text), `_label` (1 is positive), then the model's inputs. Rows whose label had not settled are left
 * out. Throws `input.invalid` for a file that is there already, `storage.missing`, `storage.damaged`.
 */
export async function exportMatrix(
  ports: Pick<DataPorts, 'store' | 'database'>,
  matrix: FeatureMatrix,
  to: string,
  format: 'parquet' | 'csv',
): Promise<MatrixFile> {
  await requireNew(to);
  const { numeric, categories } = matrix.encoders.columns;
  const columns = matrixInputs(matrix.encoders);
  const types = [VARCHAR, VARCHAR, BIGINT, ...numeric.map(() => FLOAT), ...categories.map(() => INTEGER)];
  const table = `matrix_${randomUUID().replaceAll('-', '')}`;
  const names = ['_part', '_hour', '_label', ...columns];
  const declared = names.map((name, at) => `${sqlName(name)} ${types[at]}`).join(', ');
  await ports.database.run(`CREATE TABLE ${table} (${declared})`);
  try {
    const rows = { train: 0, validate: 0, test: 0 };
    for (const part of ['train', 'validate', 'test'] as const) {
      const loaded = await loadMatrix(ports.store, matrix[part], matrix.encoders, matrix.asOf);
      const hours = matrix[part].map(({ hour }) => `${hour}:00:00Z`);
      await append(ports, table, types, loaded, part, hours);
      rows[part] = loaded.rows;
    }
    await copyOut(ports, table, to, format);
    return { rows, columns };
  } finally {
    await ports.database.run(`DROP TABLE ${table}`);
  }
}

async function requireNew(to: string): Promise<void> {
  const isThere = await access(to).then(
    () => true,
    () => false,
  );
  if (isThere) throw new WhetError('input.invalid', { expected: 'a file that is not there yet', came: `--to ${to}` });
}

/** Rows of one chunk of DuckDB's. */
const chunkRows = 2_048;

async function append(
  { database }: Pick<DataPorts, 'database'>,
  table: string,
  types: readonly DuckDBType[],
  loaded: LoadedMatrix,
  part: string,
  hours: readonly string[],
): Promise<void> {
  const appender = await database.connection.createAppender(table);
  for (let from = 0; from < loaded.rows; from += chunkRows) {
    const count = Math.min(chunkRows, loaded.rows - from);
    const chunk = DuckDBDataChunk.create([...types], count);
    chunk.setColumns(columnsOf(loaded, part, hours, from, count));
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

function columnsOf(loaded: LoadedMatrix, part: string, hours: readonly string[], from: number, count: number) {
  const { labels, numeric, width, categories, categoryCount } = loaded;
  const column = <T>(value: (row: number) => T): T[] => Array.from({ length: count }, (_, at) => value(from + at));
  return [
    column(() => part),
    column((row) => hours[loaded.hours[row] ?? 0] ?? ''),
    // int64, as converters to ONNX know classes of few other types.
    column((row) => BigInt(labels[row] ?? 0)),
    ...Array.from({ length: width }, (_, at) => column((row) => numeric[row * width + at] ?? 0)),
    ...Array.from({ length: categoryCount }, (_, at) => column((row) => categories[row * categoryCount + at] ?? 0)),
  ];
}

/** The file is there whole or not at all. */
async function copyOut(
  { database }: Pick<DataPorts, 'database'>,
  table: string,
  to: string,
  format: 'parquet' | 'csv',
): Promise<void> {
  const temporary = `${resolve(to)}.${randomUUID()}`;
  const options = format === 'csv' ? 'FORMAT csv, HEADER' : 'FORMAT parquet';
  try {
    await database.run(`COPY ${table} TO ${sqlText(temporary)} (${options})`);
    await rename(temporary, to);
  } finally {
    await rm(temporary, { force: true });
  }
}
