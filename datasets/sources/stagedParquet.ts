import type { ColumnPlan } from '../../core/contractPlan.ts';
import type { OtherValue } from '../lines/lineMemory.ts';
import type { OddValue, OddValues } from './oddRows.ts';
import type { PlainLines } from './plainLines.ts';
import { type ParquetColumn, type ParquetValues, plainParquet } from './plainParquet.ts';

/**
 * A block's plain and odd rows as one Parquet file, in the order of the lines. Those without a value in the column `event`
 * lie aside as well: they are asked for alone, and all others would have to be read for a few.
 */
export function stagedParquet(
  plans: readonly ColumnPlan[],
  lines: PlainLines,
  oddValues: OddValues,
  firstLine: number,
  event: number,
): Uint8Array {
  const staged: readonly ParquetColumn[] = [...plans, malformedColumn, rawColumn, lineColumn];
  const undated = lines.rowsWithout(event, given(lines, oddValues[event]));
  const rows = undated.length > mostAside * lines.rows ? [] : undated;
  const aside: ParquetValues[] = [];
  const columns = columnsOf(plans.length, lines, oddValues, firstLine, (of) => {
    if (rows.length > 0) aside.push(of(rows));
  });
  return plainParquet(staged, [{ columns, rows: lines.rows }], { columns: aside, rows: rows.length });
}

/** Of more rows it is not worth it to have them twice. */
const mostAside = 0.1;

/** What a staged file has beside the contract's columns. */
export const malformedColumn = { name: '_malformed', type: 'string' } as const;
export const rawColumn = { name: '_raw', type: 'string' } as const;
export const lineColumn = { name: '_line', type: 'int' } as const;

/** `setAside` is told of each column how to take some rows of it. */
function* columnsOf(
  own: number,
  lines: PlainLines,
  oddValues: OddValues,
  firstLine: number,
  setAside: (of: (rows: readonly number[]) => ParquetValues) => void,
): Generator<ParquetValues, void, undefined> {
  for (let k = 0; k < own; k += 1) {
    const values = lines.values(k, given(lines, oddValues[k]));
    setAside((rows) => lines.valuesOf(k, rows));
    yield values;
  }
  const malformed = given(lines, oddValues[own]);
  for (const { row, value } of malformed) lines.addText(row, String(value));
  for (const some of [malformed, given(lines, oddValues[own + 1])]) {
    setAside((rows) => textsOf(rows, some));
    yield texts(lines.rows, some);
  }
  const numbers = lines.lines();
  setAside((rows) =>
    lineNumbers(
      Int32Array.from(rows, (row) => numbers[row] ?? 0),
      firstLine,
    ),
  );
  yield lineNumbers(numbers, firstLine);
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

function textsOf(rows: readonly number[], some: readonly OtherValue[]): ParquetValues {
  const places = new Map(rows.map((row, at) => [row, at]));
  const placed = some.map(({ row, value }) => ({ row: places.get(row) ?? -1, value }));
  return texts(
    rows.length,
    placed.filter(({ row }) => row >= 0),
  );
}

function lineNumbers(numbers: Int32Array, firstLine: number): ParquetValues {
  const rows = numbers.length;
  const words = new Uint32Array(rows * 2);
  for (let row = 0; row < rows; row += 1) {
    const line = firstLine - 1 + (numbers[row] ?? 0);
    words[row * 2] = line;
    words[row * 2 + 1] = line / 2 ** 32;
  }
  return { values: new Uint8Array(words.buffer), present: new Uint8Array(rows).fill(1) };
}
