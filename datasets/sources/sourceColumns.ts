import { stat } from 'node:fs/promises';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';
import { didYouMean } from '../../core/nearestName.ts';
import { type Database, sqlFile } from '../database.ts';
import { readingSource } from './readingSource.ts';
import { accepts } from './typedColumn.ts';

/**
 * DuckDB's type of each column of the contract in a Parquet file, which errors call by `name`, in the contract's order. Throws `source.empty`,
 * `source.unreadable`, `schema.missing-column`, `schema.wrong-type`.
 */
export async function sourceColumns(
  database: Database,
  contract: ContractPlan,
  file: string,
  name = file,
): Promise<string[]> {
  const sql = `DESCRIBE SELECT * FROM read_parquet(${sqlFile(file)}, hive_partitioning = false)`;
  const found = await readingSource(name, () => database.rows<{ column_name: string; column_type: string }>(sql));
  const types = new Map(found.map((column) => [column.column_name, column.column_type]));
  requireColumns(contract, [...types.keys()], name);
  return contract.columns.map(({ name: column, type, coerce }) => {
    const physical = types.get(column) ?? '';
    if (!accepts(type, physical, coerce)) throw wrongType(column, type, physical, name);
    return physical;
  });
}

/** Throws `source.unreadable` where there is no file, `source.empty` where it has no bytes. */
export async function requireBytes(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined || !found.isFile()) {
    const came = found === undefined ? 'nothing there' : 'something that is not a file';
    throw new WhetError('source.unreadable', { expected: `a source file at ${file}`, came });
  }
  if (found.size === 0) throw new WhetError('source.empty', { expected: `rows in ${file}`, came: 'a file of 0 bytes' });
}

/** Throws `schema.missing-column` for the first column of the contract that the source has not, by its exact name. */
export function requireColumns({ columns }: NamedColumns, found: readonly string[], file: string): void {
  for (const { name } of columns) {
    if (found.includes(name)) continue;
    throw new WhetError('schema.missing-column', {
      expected: `a column '${name}' in ${file}`,
      came: `${found.map((held) => `'${held}'`).join(', ')}${didYouMean(name, found)}`,
    });
  }
}

interface NamedColumns {
  readonly columns: readonly { readonly name: string }[];
}

function wrongType(name: string, type: string, physical: string, file: string): WhetError {
  const expected = `column '${name}' to hold ${kinds[type] ?? type}`;
  return new WhetError('schema.wrong-type', { expected, came: `${physical} in ${file}` });
}

const kinds: Readonly<Record<string, string>> = {
  int: 'whole numbers (any number type)',
  number: 'numbers (any number type)',
  string: 'text (VARCHAR)',
  boolean: 'true or false (BOOLEAN)',
  date: 'dates (DATE or TIMESTAMP)',
};
