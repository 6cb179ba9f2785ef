import type { DuckDBConnection, DuckDBVector } from '@duckdb/node-api';

export type NumberArray = Float32Array | Float64Array | Int32Array;
export type NumberArrayType = typeof Float32Array | typeof Float64Array | typeof Int32Array;

/** Some rows of a result, as one typed array per column. */
export interface ColumnChunk {
  readonly rows: number;
  readonly columns: readonly NumberArray[];
}

/**
 * The columns of a statement's result, 2,048 rows at a time, without an object per row. The result is materialised in
 * DuckDB (which spills it under its memory limit), as a streamed one would be cut off by the next statement on the same
 * connection, and activities share it.
 */
export async function* columnChunks(
  connection: DuckDBConnection,
  sql: string,
  types: readonly NumberArrayType[],
): AsyncGenerator<ColumnChunk, void, undefined> {
  const result = await connection.run(sql);
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const { rowCount } = chunk;
    const vectors = types.map((_, at) => chunk?.getColumnVector(at));
    yield { rows: rowCount, columns: types.map((type, at) => itemsOf(vectors[at], type, rowCount)) };
  }
}

/** A vector's values where they lie: 8 times faster than value by value. DuckDB's types hide them, hence the check. */
function itemsOf(vector: DuckDBVector | undefined, type: NumberArrayType, rows: number): NumberArray {
  const { items, validity } = vector as unknown as { items?: unknown; validity?: { data: BigUint64Array | null } };
  if (!(items instanceof type)) throw new TypeError(`Expected a column as ${type.name}, but it has no such items.`);
  const holed = validity?.data?.some((word, at) => (~word & maskOf(rows - 64 * at)) !== 0n) ?? false;
  if (holed) throw new TypeError(`Expected a column as ${type.name} without null.`);
  return items.subarray(0, rows);
}

/** The lowest `count` bits, at most 64 of them: one for each row of a validity word. */
function maskOf(count: number): bigint {
  return count >= 64 ? 0xffff_ffff_ffff_ffffn : (1n << BigInt(Math.max(0, count))) - 1n;
}
