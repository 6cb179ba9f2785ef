import type { DuckDBConnection, DuckDBVector } from '@duckdb/node-api';
import type { TensorType } from '../../core/graph.ts';

/** The values of a column where they lie, which scorers take as they are. */
export type ReadNumbers = BigInt64Array | Float64Array | Float32Array | Uint8Array;

/** The columns of a statement's result, each as the typed array of its type. Throws unless there are exactly `rows` rows. */
export async function readNumbers(
  connection: DuckDBConnection,
  sql: string,
  types: readonly Exclude<TensorType, 'string'>[],
  rows: number,
): Promise<ReadNumbers[]> {
  const columns = types.map((type) => new arrayTypes[type](rows));
  // Not streamed: the next statement on the connection, which activities share, would cut it off.
  const result = await connection.run(sql);
  let read = 0;
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const { rowCount } = chunk;
    for (const [at, column] of columns.entries()) fill(column, itemsOf(chunk.getColumnVector(at), rowCount), read);
    read += rowCount;
  }
  if (read !== rows) throw new Error(`expected ${rows} rows, but came ${read}`);
  return columns;
}

const arrayTypes = { int64: BigInt64Array, bool: Uint8Array, double: Float64Array, float: Float32Array } as const;

/** A vector's items, which DuckDB's types hide. */
function itemsOf(vector: DuckDBVector, rows: number): ReadNumbers {
  const { items } = vector as unknown as { readonly items: ReadNumbers };
  return items.subarray(0, rows);
}

function fill(column: ReadNumbers, items: ReadNumbers, from: number): void {
  if (items.constructor !== column.constructor)
    throw new TypeError(`Expected a column as ${column.constructor.name}, but came ${items.constructor.name}.`);
  if (!(column instanceof BigInt64Array) && !(items instanceof BigInt64Array)) column.set(items, from);
  else if (column instanceof BigInt64Array && items instanceof BigInt64Array) column.set(items, from);
}

/**
 * Columns of texts in blocks of so many rows, by block and column. A block travels as one text, which is three times as
 * quick as value by value: no value holds the character 0, nor is one null. `select` has a column `place`.
 */
export async function readTexts(
  connection: DuckDBConnection,
  select: string,
  columns: readonly string[],
  { from, rows }: { readonly from: number; readonly rows: number },
): Promise<string[][][]> {
  if (columns.length === 0) return [];
  const joined = columns.map((sql) => `string_agg(${sql}, chr(0) ORDER BY place)`);
  const block = `(place - ${from}) // ${rows}`;
  const read = await connection.runAndReadAll(
    `SELECT ${joined.join(', ')} FROM (${select}) GROUP BY ${block} ORDER BY ${block}`,
  );
  return read.getRows().map((texts) => texts.map((text) => String(text).split('\0')));
}
