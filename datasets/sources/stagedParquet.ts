import type { ColumnPlan } from '../../core/contractPlan.ts';
import type { OtherValue } from '../lines/lineMemory.ts';
import type { OddValue, OddValues } from './oddRows.ts';
import type { PlainLines } from './plainLines.ts';
import { type ParquetColumn, type ParquetValues, plainParquet } from './plainParquet.ts';

/** A block's plain and odd rows as one Parquet file, in the order of the lines. */
export function stagedParquet(
  plans: readonly ColumnPlan[],
  lines: PlainLines,
  oddValues: OddValues,
  firstLine: number,
): Uint8Array {
  const staged: readonly ParquetColumn[] = [...plans, malformedColumn, rawColumn, lineColumn];
  return plainParquet(staged, [{ columns: columnsOf(plans.length, lines, oddValues, firstLine), rows: lines.rows }]);
}

/** What a staged file has beside the contract's columns. */
export const malformedColumn = { name: '_malformed', type: 'string' } as const;
export const rawColumn = { name: '_raw', type: 'string' } as const;
export const lineColumn = { name: '_line', type: 'int' } as const;

function* columnsOf(
  own: number,
  lines: PlainLines,
  oddValues: OddValues,
  firstLine: number,
): Generator<ParquetValues, void, undefined> {
  for (let k = 0; k < own; k += 1) yield lines.values(k, given(lines, oddValues[k]));
  const malformed = given(lines, oddValues[own]);
  for (const { row, value } of malformed) lines.addText(row, String(value));
  yield texts(lines.rows, malformed);
  yield texts(lines.rows, given(lines, oddValues[own + 1]));
  yield lineNumbers(lines, firstLine);
}

/** The values of odd lines that are not null. */
function given({ odd }: PlainLines, values: readonly OddValue[] = []): OtherValue[] {
  return odd.flatMap(({ row }, k) => {
    const value = values[k] ?? null;
    return value === null ? [] : [{ row, value }];
  });
}

function texts(rows: number, some: readonly OtherValue[]): ParquetValues {
  const present = new Uint8Array(rows);
  for (const { row } of some) present[row] = 1;
  const values = some.flatMap(({ value }) => {
    const text = Buffer.from(String(value));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(text.length);
    return [length, text];
  });
  return { values: Buffer.concat(values), present };
}

function lineNumbers({ lines, rows }: PlainLines, firstLine: number): ParquetValues {
  const numbers = lines();
  const words = new Uint32Array(rows * 2);
  for (let row = 0; row < rows; row += 1) {
    const line = firstLine - 1 + (numbers[row] ?? 0);
    words[row * 2] = line;
    words[row * 2 + 1] = line / 2 ** 32;
  }
  return { values: new Uint8Array(words.buffer), present: new Uint8Array(rows).fill(1) };
}
