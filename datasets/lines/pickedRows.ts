import type { ColumnType } from '../../core/contractPlan.ts';
import type { ParquetValues } from '../sources/plainParquet.ts';
import type { GrowingMemory } from '../wasm/growingMemory.ts';

/** Where a column lies. */
export interface Place {
  readonly type: ColumnType;
  readonly values: number;
  readonly presence: number;
}

/** Rows that are not `present`, but for those of `others`. */
export function rowsWithout(present: Uint8Array, others: readonly { readonly row: number }[]): number[] {
  const given = new Set(others.map(({ row }) => row));
  const without: number[] = [];
  for (let row = present.indexOf(0); row >= 0; row = present.indexOf(0, row + 1)) {
    if (!given.has(row)) without.push(row);
  }
  return without;
}

/** A column's values of some rows, copied out of the memory that its lines lie in. */
export function pickedValues(
  memory: GrowingMemory,
  { type, values, presence }: Place,
  rows: readonly number[],
): ParquetValues {
  const { bytes } = memory;
  const present = Uint8Array.from(rows, (row) => bytes[presence + row] ?? 0);
  const there = rows.filter((_, at) => present[at] === 1);
  const size = type === 'boolean' ? 1 : 8;
  const pieces = there.flatMap((row) => {
    const at = values + row * size;
    if (type !== 'string') return [bytes.subarray(at, at + size)];
    const text = memory.word(at);
    return [bytes.subarray(at + 4, at + 8), bytes.subarray(text, text + memory.word(at + 4))];
  });
  return { present, values: Buffer.concat(pieces) };
}
