import type { HourColumn, HourMemory } from '../hours/hourMemory.ts';
import type { ParquetValues } from '../sources/plainParquet.ts';
import type { RowsColumn } from './plainRows.ts';

/** A column's values of some rows, in their order, as Parquet's plain encoding has them. In memory that the next call writes over. */
export function gathered(memory: HourMemory, { place }: Pick<RowsColumn, 'place'>, rows: Int32Array): ParquetValues {
  return gatheredAt(memory, place, rows, place.values);
}

/** The same of all texts of a column, each once, in the order of their numbers. */
export function gatheredTexts(memory: HourMemory, place: HourColumn, count: number): ParquetValues {
  return gatheredAt(
    memory,
    place,
    Int32Array.from({ length: count }, (_, number) => number),
  );
}

/** Without an address of values these are the rows' own numbers. */
function gatheredAt(memory: HourMemory, { type, table }: HourColumn, rows: Int32Array, at?: number): ParquetValues {
  const { kernel } = memory;
  const count = rows.length;
  const rowsAt = memory.passing(count * 4);
  memory.words.set(rows, rowsAt >> 2);
  const values = at ?? rowsAt;
  const size = type === 'string' ? kernel.textBytes(table, values, rowsAt, count) : count * 8;
  const present = rowsAt + count * 4;
  const to = present + Math.ceil(count / 16) * 16;
  memory.passing(to - rowsAt + size + 16);
  const end = kernel[functions[type]](values, rowsAt, count, present, to, table);
  return { present: memory.bytes.subarray(present, present + count), values: memory.bytes.subarray(to, end) };
}

const functions = {
  string: 'gatherTexts',
  boolean: 'gatherBooleans',
  number: 'gatherNumbers',
  int: 'gatherWhole',
  date: 'gatherWhole',
} as const;
