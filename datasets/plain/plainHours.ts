import type { ColumnPlan, ContractPlan } from '../../core/contractPlan.ts';
import type { RowsSketch } from '../../core/sketches/columnSketch.ts';
import type { HourMemory } from '../hours/hourMemory.ts';
import { eventColumn } from '../rules/eventColumn.ts';
import { type ParquetGroup, type ParquetValues, plainParquet } from '../sources/plainParquet.ts';
import { lineColumn, malformedColumn, rawColumn } from '../sources/stagedParquet.ts';
import { gathered, gatheredTexts } from './gathered.ts';
import { plainContent } from './plainContent.ts';
import { plainMarks } from './plainMarks.ts';
import { plainOrder } from './plainOrder.ts';
import { type PlainRows, plainRows, type RowsColumn } from './plainRows.ts';
import { plainSketch } from './plainSketch.ts';

/** Hours of staged files, and how many rows each has. */
export interface OpenedHours {
  readonly contract: ContractPlan;
  readonly files: readonly string[];
  /** Milliseconds UTC, in order; NaN for the rows without an event time. */
  readonly starts: readonly number[];
  readonly rows: readonly number[];
}

/** The clean rows of an hour, as a partition keeps them. */
export interface PlainPart {
  readonly parquet: Uint8Array;
  /** The digest of their content; null where it is to be read from the Parquet file. */
  readonly content: string | null;
  readonly sketch: RowsSketch;
}

/** Rows of some hours in this process's memory. Rows are told by their hour and their ordinal in it, from 0. */
export class PlainHours {
  private readonly plans: readonly ColumnPlan[];
  private readonly event: number;
  private readonly rows: PlainRows;
  private readonly contract: ContractPlan;
  private readonly byHour: ReadonlyMap<number, Int32Array>;
  private marked = new Uint8Array(0);

  private constructor(contract: ContractPlan, rows: PlainRows) {
    this.contract = contract;
    this.plans = contract.columns;
    this.event = eventColumn(contract);
    this.rows = rows;
    this.byHour = rowsByHour(rows);
    for (const held of this.byHour.values()) putOrdinals(held, rows.ordinal.values);
  }

  /** What was in the memory is written over. Undefined where they are not plain, as `plainRows`, or not as many as they should be. */
  static open({ contract, files, starts, rows }: OpenedHours, memory?: HourMemory): PlainHours | undefined {
    const count = rows.reduce((sum, held) => sum + held, 0);
    const read = plainRows(contract.columns, eventColumn(contract), files, starts, count, memory);
    if (read === undefined) return undefined;
    const hours = new PlainHours(contract, read);
    const isWhole = starts.every((start, at) => (hours.byHour.get(start)?.length ?? 0) === rows[at]);
    return isWhole ? hours : undefined;
  }

  /** The texts of a column, each once, as a Parquet file of `number` and `text`. */
  texts(k: number): Uint8Array {
    const column = this.rows.columns[k];
    const schema = [
      { name: 'number', type: 'int' },
      { name: 'text', type: 'string' },
    ] as const;
    const groups = column?.type === 'string' ? [numberedTexts(this.rows.memory, column)] : [];
    return plainParquet(schema, groups);
  }

  /** Marks the rows that may break a rule; gives how many there are in each file. `badTexts` are numbers by column. */
  judge(judgedAt: number | undefined, badTexts: Readonly<Record<number, readonly number[]>>): number[] {
    this.marked = new Uint8Array(this.rows.count);
    for (const mark of plainMarks(this.contract, judgedAt) ?? []) mark(this.rows, this.marked);
    for (const [k, numbers] of Object.entries(badTexts)) markTexts(this.rows.columns[Number(k)], numbers, this.marked);
    return markedPerFile(this.rows, this.marked);
  }

  /** The marked rows of some files as a staged file has them, and `_row`, their ordinals. */
  markedRows(files: readonly number[]): Uint8Array {
    const wanted = new Set(files);
    const { marked, rows } = this;
    const picked: number[] = [];
    for (let row = 0; row < rows.count; row += 1) {
      if (marked[row] === 1 && wanted.has(rows.file[row] ?? 0)) picked.push(row);
    }
    const schema = [...this.plans, malformedColumn, rawColumn, lineColumn, rowColumn];
    const columns = [...rows.columns, rows.malformed, rows.raw, rows.line, rows.ordinal];
    return plainParquet(schema, groupsOf(rows.memory, columns, Int32Array.from(picked)));
  }

  /** What an hour's rows become without some of them. */
  part(start: number, without: readonly number[]): PlainPart {
    const left = new Set(without);
    const all = this.byHour.get(start) ?? new Int32Array();
    const clean = left.size === 0 ? all : all.filter((_, ordinal) => !left.has(ordinal));
    const rows = plainOrder(this.rows, this.event, clean);
    const columns = [...this.rows.columns, this.rows.ordinal];
    return {
      parquet: plainParquet([...this.plans, rowColumn], groupsOf(this.rows.memory, columns, rows)),
      content: plainContent(this.plans, this.event, this.rows, rows) ?? null,
      sketch: plainSketch(this.plans, this.rows, rows),
    };
  }
}

function putOrdinals(rows: Int32Array, ordinals: RowsColumn['values']): void {
  for (let at = 0; at < rows.length; at += 1) ordinals[rows[at] ?? 0] = at;
}

function markTexts(column: RowsColumn | undefined, numbers: readonly number[], marked: Uint8Array): void {
  if (column?.type !== 'string' || numbers.length === 0) return;
  const isBad = new Uint8Array(column.texts.count);
  for (const number of numbers) isBad[number] = 1;
  const { values } = column;
  for (let row = 0; row < values.length; row += 1) if (isBad[values[row] ?? -1] === 1) marked[row] = 1;
}

/** Those without an event time are marked too. */
function markedPerFile({ file, hour }: PlainRows, marked: Uint8Array): number[] {
  const counts: number[] = [];
  for (let row = 0; row < marked.length; row += 1) {
    if (Number.isNaN(hour[row])) marked[row] = 1;
    if (marked[row] === 1) counts[file[row] ?? 0] = (counts[file[row] ?? 0] ?? 0) + 1;
  }
  return Array.from(counts, (count) => count ?? 0);
}

const rowColumn = { name: '_row', type: 'int' } as const;

/** Rows of an hour mostly lie together. */
function rowsByHour({ count, hour }: PlainRows): Map<number, Int32Array> {
  const held = new Map(
    [...hourSizes(hour, count)].map(([start, size]) => [start, { rows: new Int32Array(size), next: 0 }]),
  );
  let last: number | undefined;
  let of = { rows: new Int32Array(), next: 0 };
  for (let row = 0; row < count; row += 1) {
    const start = hour[row] ?? 0;
    if (start !== last) [last, of] = [start, held.get(start) ?? of];
    of.rows[of.next++] = row;
  }
  return new Map([...held].map(([start, { rows }]) => [start, rows]));
}

function hourSizes(hour: Float64Array, count: number): Map<number, number> {
  const sizes = new Map<number, number>();
  for (let row = 0; row < count; ) {
    const [from, start] = [row, hour[row] ?? 0];
    do row += 1;
    while (row < count && hour[row] === start);
    sizes.set(start, (sizes.get(start) ?? 0) + row - from);
  }
  return sizes;
}

/** Rows of a row group, as DuckDB cuts them: it reads a file's row groups on several threads. */
const groupRows = 122_880;

function* groupsOf(memory: HourMemory, columns: readonly RowsColumn[], rows: Int32Array): Generator<ParquetGroup> {
  for (let from = 0; from < rows.length; from += groupRows) {
    const some = rows.subarray(from, from + groupRows);
    yield { rows: some.length, columns: gatheredEach(memory, columns, some) };
  }
}

/** One after another: they share a memory. */
function* gatheredEach(memory: HourMemory, columns: readonly RowsColumn[], rows: Int32Array): Generator<ParquetValues> {
  for (const column of columns) yield gathered(memory, column, rows);
}

function numberedTexts(memory: HourMemory, { place, texts }: RowsColumn & { type: 'string' }): ParquetGroup {
  const rows = texts.count;
  const numbers = new Uint8Array(BigInt64Array.from({ length: rows }, (_, number) => BigInt(number)).buffer);
  const present = new Uint8Array(rows).fill(1);
  return { rows, columns: [{ present, values: numbers }, gatheredTexts(memory, place, rows)] };
}
