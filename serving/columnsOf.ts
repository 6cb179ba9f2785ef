import type { RawRows } from './parseRows.ts';
import type { RowShape } from './rowShape.ts';

/** Rows with the columns of a shape alone: scorers take no others. The rows themselves where they have no others. */
export function columnsOf(shape: RowShape, rows: RawRows): RawRows {
  let others = -shape.columns.length;
  for (const _ in rows.columns) others += 1;
  if (others === 0) return rows;
  const columns = Object.fromEntries(shape.columns.map(({ column: { name } }) => [name, rows.columns[name] ?? []]));
  return { rows: rows.rows, columns };
}
