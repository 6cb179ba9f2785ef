import type { PartitionVersion } from '../core/snapshot.ts';
import type { NumberArray } from './columnChunks.ts';
import type { QueryColumn } from './queryColumn.ts';

/** The rows of one hour in canonical order, column by column, each found by its expression. */
export interface HourRows {
  readonly part: PartitionVersion;
  readonly rows: number;
  floats(sql: string): Float32Array;
  doubles(sql: string): Float64Array;
  texts(sql: string): CodedTexts;
}

/** Texts as places in a sorted dictionary, which may hold values that do not occur. */
export interface CodedTexts {
  readonly values: readonly string[];
  readonly codes: Int32Array;
}

export function hourRows(
  part: PartitionVersion,
  columns: readonly QueryColumn[],
  arrays: readonly NumberArray[],
  dictionaries: ReadonlyMap<string, readonly string[]>,
): HourRows {
  const bySql = new Map(columns.map((column, at) => [column.sql, arrays[at]]));
  return {
    part,
    rows: part.rows,
    floats: (sql) => asked(bySql.get(sql), Float32Array, sql),
    doubles: (sql) => asked(bySql.get(sql), Float64Array, sql),
    texts: (sql) => ({ values: dictionaries.get(sql) ?? [], codes: asked(bySql.get(sql), Int32Array, sql) }),
  };
}

function asked<T extends NumberArray>(array: NumberArray | undefined, type: new () => T, sql: string): T {
  if (array instanceof type) return array;
  throw new TypeError(`Expected the query to have read ${sql} as ${type.name}.`);
}

/** The values that occur, in order, with their counts, and the codes as places among these. */
export function compactTexts({ values, codes }: CodedTexts): CodedTexts & { readonly counts: readonly number[] } {
  const counts = new Int32Array(values.length);
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  const places = new Int32Array(values.length);
  const used = values.flatMap((value, code) => ((counts[code] ?? 0) > 0 ? [{ value, code }] : []));
  for (const [place, { code }] of used.entries()) places[code] = place;
  return {
    values: used.map(({ value }) => value),
    codes: codes.map((code) => places[code] ?? 0),
    counts: used.map(({ code }) => counts[code] ?? 0),
  };
}
