import { createHash } from 'node:crypto';
import type { ColumnPlan } from '../../core/contractPlan.ts';
import { hourPlaces } from '../hours/hourPlaces.ts';
import type { PlainRows } from './plainRows.ts';

/**
 * SHA-256 of rows as lines, joined by their ends, as `contentLine` says it in SQL: each value's text with its length
 * before it, `-` for a null, with blanks between them. Undefined where a number is one that SQL writes with a power of ten.
 */
export function plainContent(
  plans: readonly ColumnPlan[],
  event: number,
  { columns, memory }: PlainRows,
  rows: Int32Array,
): string | undefined {
  const { kernel } = memory;
  const hash = createHash('sha256');
  const nullable = columns.map((_, k) => plans[k]?.nullable === true && k !== event);
  const mostOfRow = columns.length * (memory.word(hourPlaces.longest) + mostOfValue);
  const rowsAt = memory.passing(rows.length * 4 + portion + mostOfRow);
  memory.words.set(rows, rowsAt >> 2);
  memory.describe(
    columns.map(({ place }) => place),
    nullable,
  );
  const to = rowsAt + rows.length * 4;
  for (let next = 0; next < rows.length; ) {
    next = kernel.contentLines(columns.length, rowsAt, next, rows.length, to, to + portion);
    if (next < 0) return undefined;
    hash.update(memory.bytes.subarray(to, memory.word(hourPlaces.contentEnd)));
  }
  return hash.digest('hex');
}

/** So many bytes are hashed at once. */
const portion = 1 << 18;
/** Bytes that a value takes beside its text. */
const mostOfValue = 64;
