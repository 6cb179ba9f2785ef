import { createHash } from 'node:crypto';
import type { ColumnPlan } from '../../core/contractPlan.ts';
import { ContentBytes } from './contentBytes.ts';
import type { PlainRows, RowsColumn } from './plainRows.ts';

/**
 * SHA-256 of rows as lines, joined by their ends, as `contentLine` says it in SQL: each value's text with its length
 * before it, `-` for a null, with blanks between them. Undefined where a number is one that SQL writes with a power of ten.
 */
export function plainContent(
  plans: readonly ColumnPlan[],
  event: number,
  { columns }: PlainRows,
  rows: Int32Array,
): string | undefined {
  const hash = createHash('sha256');
  const lines = new ContentBytes();
  const fields = columns.map((column, k) => fieldOf(column, plans[k]?.nullable === true && k !== event, lines));
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] ?? 0;
    if (at > 0) lines.byte(lineEnd);
    for (let k = 0; k < fields.length; k += 1) {
      if (k > 0) lines.byte(blank);
      if (fields[k]?.(row) === false) return undefined;
    }
    if (lines.isFull) hash.update(lines.taken());
  }
  return hash.update(lines.taken()).digest('hex');
}

const [lineEnd, blank, colon, dash] = [0x0a, 0x20, 0x3a, 0x2d];

/** Writes a row's value; false where it cannot. */
type Field = (row: number) => boolean;

function fieldOf(column: RowsColumn, isNullable: boolean, lines: ContentBytes): Field {
  const { type, values } = column;
  // Where null only warns, SQL has a length of nothing before nothing.
  const putNull = (): boolean => lines.byte(isNullable ? dash : colon);
  if (type === 'string') {
    return (row) => {
      const number = values[row] ?? -1;
      return number === -1 ? putNull() : lines.text(column.texts, number);
    };
  }
  if (type === 'boolean') {
    return (row) => (values[row] === 2 ? putNull() : lines.bytes(values[row] === 1 ? isTrue : isFalse));
  }
  const put = type === 'number' ? (value: number) => lines.decimal(value) : (value: number) => lines.whole(value);
  return (row) => {
    const value = values[row] ?? 0;
    return Number.isNaN(value) ? putNull() : put(value);
  };
}

const [isTrue, isFalse] = [Buffer.from('4:true'), Buffer.from('5:false')];
