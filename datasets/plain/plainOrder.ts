import type { PlainRows, RowsColumn } from './plainRows.ts';

/**
 * Rows in canonical order, as `canonicalOrder` says it in SQL: by event time, then by all other columns as declared, nulls
 * first, texts by their bytes; rows that are equal in all of them stay as they are.
 */
export function plainOrder({ columns }: PlainRows, event: number, rows: Int32Array): Int32Array {
  const [at, ...others] = [columns[event], ...columns.filter((_, k) => k !== event)];
  const times = at?.values ?? new Float64Array();
  const compare = (one: number, other: number): number => {
    const [time, next] = [times[one] ?? 0, times[other] ?? 0];
    return time !== next ? time - next : comparedRows(others, one, other) || one - other;
  };
  return isInOrder(rows, compare) ? rows : rows.slice().sort(compare);
}

/** Most sources lie in order of time. */
function isInOrder(rows: Int32Array, compare: (one: number, other: number) => number): boolean {
  for (let at = 1; at < rows.length; at += 1) if (compare(rows[at - 1] ?? 0, rows[at] ?? 0) > 0) return false;
  return true;
}

function comparedRows(columns: readonly RowsColumn[], one: number, other: number): number {
  for (const column of columns) {
    const order = column.type === 'string' ? comparedTexts(column, one, other) : comparedValues(column, one, other);
    if (order !== 0) return order;
  }
  return 0;
}

function comparedTexts({ values, texts }: RowsColumn & { type: 'string' }, one: number, other: number): number {
  const [left, right] = [values[one] ?? -1, values[other] ?? -1];
  if (left === right) return 0;
  if (left === -1 || right === -1) return left === -1 ? -1 : 1;
  return Buffer.compare(texts.text(left), texts.text(right));
}

function comparedValues({ type, values }: RowsColumn, one: number, other: number): number {
  const none = (value: number): boolean => (type === 'boolean' ? value === 2 : Number.isNaN(value));
  const [left, right] = [values[one] ?? 0, values[other] ?? 0];
  if (left === right) return 0;
  if (none(left) || none(right)) return none(left) ? (none(right) ? 0 : -1) : 1;
  return left - right;
}
