import type { ContractPlan } from '../../core/contractPlan.ts';
import type { OddColumns } from './oddRows.ts';
import { PlainColumn } from './plainColumn.ts';
import type { PlainLines } from './plainLines.ts';
import { type ParquetColumn, plainParquet } from './plainParquet.ts';

/** A block's plain and odd rows as one Parquet file, in the order of the lines. */
export function stagedParquet(
  { columns }: ContractPlan,
  { columns: plain, lines, odd }: PlainLines,
  fillers: OddColumns,
  firstLine: number,
): Promise<Uint8Array> {
  const rows = lines.length;
  const values = [...columns.map(({ name }) => name), '_malformed', '_raw'].map((name, k): ParquetColumn => {
    const column = plain[k] ?? new PlainColumn('string');
    const holes = odd.map(({ holes }) => holes[k] ?? 0);
    const filler = fillers[k];
    const present = column.present(rows);
    for (const [at, { row }] of odd.entries()) present[row] = filler?.isThere[at] === true ? 1 : 0;
    const filled =
      filler === undefined ? column.filled([], column, []) : column.filled(holes, filler.column, filler.starts);
    return { name, type: column.type, values: filled, present };
  });
  return plainParquet([...values, lineNumbers(lines, firstLine)], rows);
}

function lineNumbers(lines: readonly number[], firstLine: number): ParquetColumn {
  const column = new PlainColumn('int');
  for (const line of lines) column.putWhole(firstLine - 1 + line);
  const present = new Uint8Array(lines.length).fill(1);
  return { name: '_line', type: 'int', values: column.filled([], column, []), present };
}
