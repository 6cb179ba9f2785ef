import type { ColumnPlan } from '../../core/contractPlan.ts';
import type { OddValue, OddValues } from './oddRows.ts';
import { PlainColumn } from './plainColumn.ts';
import type { PlainLines } from './plainLines.ts';
import { type ParquetColumn, type ParquetValues, plainParquet } from './plainParquet.ts';

/** A block's plain and odd rows as one Parquet file, in the order of the lines. */
export function stagedParquet(
  plans: readonly ColumnPlan[],
  { columns: plain, lines, odd }: PlainLines,
  oddValues: OddValues,
  firstLine: number,
): Uint8Array {
  const rows = lines.length;
  const staged: readonly ParquetColumn[] = [...plans, malformedColumn, rawColumn];
  const values = staged.map((_, k): ParquetValues => {
    const column = plain[k] ?? new PlainColumn('string');
    const holes = odd.map(({ holes }) => holes[k] ?? 0);
    const fillers = oddValues[k] ?? [];
    const present = column.present(rows);
    for (const [at, { row }] of odd.entries()) present[row] = (fillers[at] ?? null) === null ? 0 : 1;
    return { values: filled(column, holes, fillers), present };
  });
  return plainParquet([...staged, lineColumn], [{ columns: [...values, lineNumbers(lines, firstLine)], rows }]);
}

/** What a staged file has beside the contract's columns. */
export const malformedColumn = { name: '_malformed', type: 'string' } as const;
export const rawColumn = { name: '_raw', type: 'string' } as const;
export const lineColumn = { name: '_line', type: 'int' } as const;

/** All values of a column, with those of the odd lines where they belong. */
function filled(column: PlainColumn, holes: readonly number[], values: readonly OddValue[]): Uint8Array {
  if (values.length === 0) return column.filled([], column, []);
  const filler = new PlainColumn(column.type);
  const starts = values.map((value) => {
    const start = filler.length;
    if (value !== null) put(filler, value);
    return start;
  });
  return column.filled(holes, filler, starts);
}

function put(column: PlainColumn, value: NonNullable<OddValue>): void {
  if (typeof value === 'bigint') column.putBigInt(value);
  else if (typeof value === 'number') column.putDouble(value);
  else if (typeof value === 'boolean') column.putBoolean(value);
  else putString(column, value);
}

function putString(column: PlainColumn, value: string): void {
  const bytes = Buffer.from(value);
  column.putText(bytes, 0, bytes.length);
}

function lineNumbers(lines: readonly number[], firstLine: number): ParquetValues {
  const column = new PlainColumn('int');
  for (const line of lines) column.putWhole(firstLine - 1 + line);
  return { values: column.filled([], column, []), present: new Uint8Array(lines.length).fill(1) };
}
