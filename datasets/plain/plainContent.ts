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
  const nullable = columns.map((_, k) => plans[k]?.nullable === true && k !== event);
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] ?? 0;
    if (at > 0) lines.byte(lineEnd);
    for (let k = 0; k < columns.length; k += 1) {
      if (k > 0) lines.byte(blank);
      const column = columns[k];
      if (column !== undefined && !putValue(lines, column, row, nullable[k] === true)) return undefined;
    }
    if (lines.isFull) hash.update(lines.taken());
  }
  return hash.update(lines.taken()).digest('hex');
}

const [lineEnd, blank, colon, dash] = [0x0a, 0x20, 0x3a, 0x2d];
const [isTrue, isFalse] = [Buffer.from('4:true'), Buffer.from('5:false')];

/** False where it cannot. Where null only warns, SQL has a length of nothing before nothing. */
function putValue(lines: ContentBytes, column: RowsColumn, row: number, isNullable: boolean): boolean {
  const value = column.values[row] ?? 0;
  switch (column.type) {
    case 'string':
      if (value !== -1) return lines.text(column.texts, value);
      break;
    case 'boolean':
      if (value !== 2) return lines.bytes(value === 1 ? isTrue : isFalse);
      break;
    case 'number':
      if (!Number.isNaN(value)) return lines.decimal(value);
      break;
    default:
      if (!Number.isNaN(value)) return lines.whole(value);
  }
  return lines.byte(isNullable ? dash : colon);
}
