import type { ColumnPlan } from '../../core/contractPlan.ts';
import { LineMemory, type OddLine, type OtherValue } from '../lines/lineMemory.ts';
import type { ParquetValues } from './plainParquet.ts';

/** A block of lines as columns, in memory that is given back by `drop`. */
export interface PlainLines {
  readonly rows: number;
  /** The number of each row's line in the block, from 1, in memory that may move. Blank lines are no rows. */
  readonly lines: () => Int32Array;
  /** Rows whose lines another reader has to read, because they are not plain: they have no values until these are put in. */
  readonly odd: readonly OddLine[];
  /** A column's values, to be taken once, in memory that the next ones are written to. `others` are those of odd rows. */
  readonly values: (k: number, others: readonly OtherValue[]) => ParquetValues;
  /** Rows without a value in a column, but for `others`. */
  readonly rowsWithout: (k: number, others: readonly OtherValue[]) => readonly number[];
  /** As `values`, of some rows in memory of their own: to be taken after it, and before the next column's. */
  readonly valuesOf: (k: number, rows: readonly number[]) => ParquetValues;
  /** Of rows with a text that is no column's, to be told before `hours`. */
  readonly addText: (row: number, text: string) => void;
  /** What is to be known of the rows' hours, by the column of their instants, when the values of all columns were taken. */
  readonly hours: (event: number) => Uint8Array;
  /** Whether a row has a value in a column. */
  readonly isFilled: (k: number) => boolean;
  readonly drop: () => void;
}

/**
 * Reads lines that are plain: one JSON object of values that are of their columns' types in the forms that nearly all
 * writers use. It decides nothing about others: what is wrong, and what is right in a rare form, is odd. The bytes are
 * UTF-8. It is there for speed alone: DuckDB's JSON functions take dozens of times as long for the same values. Undefined
 * where there are too many lines or columns for its memory.
 */
export function plainLines(block: Uint8Array, plans: readonly ColumnPlan[]): PlainLines | undefined {
  const memory = free.pop() ?? new LineMemory();
  if (!memory.take(block, plans)) {
    free.push(memory);
    return undefined;
  }
  const odd: OddLine[] = [];
  while (memory.readOn()) odd.push(memory.passOver());
  return {
    rows: memory.rows,
    lines: () => memory.lines(),
    odd,
    values: (k, others) => memory.values(k, others),
    rowsWithout: (k, others) => memory.rowsWithout(k, others),
    valuesOf: (k, rows) => memory.valuesOf(k, rows),
    addText: (row, text) => memory.mixText(row, text),
    hours: (event) => memory.hours(event),
    isFilled: (k) => memory.isFilled(k),
    drop: () => void free.push(memory),
  };
}

/** Memory that is new for each block would cost as much as reading it. */
const free: LineMemory[] = [];
