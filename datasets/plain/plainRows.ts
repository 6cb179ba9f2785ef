import type { ColumnPlan } from '../../core/contractPlan.ts';
import { type HourColumn, HourMemory } from '../hours/hourMemory.ts';
import { PlainFile, type PlainPage } from './plainFile.ts';
import { Texts } from './texts.ts';

/** A column of rows: of texts their numbers (-1 for null), of booleans 0, 1 and 2 for null, of all others NaN for null. */
export type RowsColumn = { readonly place: HourColumn } & (
  | { readonly type: 'string'; readonly values: Int32Array; readonly texts: Texts }
  | { readonly type: 'boolean'; readonly values: Uint8Array }
  /** A date is microseconds UTC. */
  | { readonly type: 'int' | 'number' | 'date'; readonly values: Float64Array }
);

/** Rows of some hours as columns, in the order of the source. */
export interface PlainRows {
  readonly memory: HourMemory;
  readonly count: number;
  /** The contract's. */
  readonly columns: readonly RowsColumn[];
  readonly malformed: RowsColumn;
  readonly raw: RowsColumn;
  /** The row's line in its file. */
  readonly line: RowsColumn;
  /** By row: what is for the caller to say. */
  readonly ordinal: RowsColumn;
  /** By row: which of the files it is from. */
  readonly file: Int32Array;
  /** By row: the start of its hour, milliseconds UTC, NaN without an event time. */
  readonly hour: Float64Array;
}

/**
 * The rows of some hours that lie in staged files; those without an event time have NaN for an hour. Undefined where a
 * file was not written by `plainParquet`, where there are other than so many rows, where a whole number is beyond 2^53,
 * or where they find no place in a memory: another reader reads these. What was in the memory is written over.
 */
export function plainRows(
  plans: readonly ColumnPlan[],
  event: number,
  files: readonly string[],
  starts: readonly number[],
  count: number,
  memory = new HourMemory(),
): PlainRows | undefined {
  const reached = reachedFiles(event, files, starts);
  const staged = [...plans.map(({ type }) => type), ...(['string', 'string', 'int'] as const)];
  const places = memory.columns([...staged, 'int'], count);
  if (reached === undefined || places === undefined) return undefined;
  const file = new Int32Array(count);
  const hour = new Float64Array(count);
  const reader = new PageReader(memory, reached, starts);
  let at = 0;
  for (const { number, path } of reached) {
    const held = PlainFile.open(path, isUndated(starts));
    if (held === undefined) return undefined;
    try {
      const picked = reader.pick(held.page(event));
      if (picked === 0) continue;
      if (at + picked > count) return undefined;
      file.fill(number, at, at + picked);
      hour.set(reader.hours(picked), at);
      for (const [k] of staged.entries()) if (!reader.append(places[k], at, held.page(k))) return undefined;
      at += picked;
    } finally {
      held.close();
    }
  }
  if (at !== count) return undefined;
  const columns = places.map((place) => rowsColumn(memory, place, count));
  const [malformed, raw, line, ordinal] = columns.splice(plans.length) as [
    RowsColumn,
    RowsColumn,
    RowsColumn,
    RowsColumn,
  ];
  return { memory, count, columns, malformed, raw, line, ordinal, file, hour };
}

interface ReachedFile {
  /** Among all files. */
  readonly number: number;
  readonly path: string;
  /** Of its largest page. */
  readonly rows: number;
  readonly bytes: number;
}

/** The files that may have rows of some hours. Undefined where one is another writer's. */
function reachedFiles(event: number, files: readonly string[], starts: readonly number[]): ReachedFile[] | undefined {
  const reached: ReachedFile[] = [];
  for (const [number, path] of files.entries()) {
    const held = PlainFile.open(path, isUndated(starts));
    if (held === undefined) return undefined;
    if (held.mayReach(event, starts)) reached.push({ number, path, ...held.largest() });
    held.close();
  }
  return reached;
}

/** Rows without an event time lie aside where they are few. */
function isUndated(starts: readonly number[]): boolean {
  return starts.every(Number.isNaN);
}

/** Reads pages of files one after another into columns, those rows of them that were picked. */
class PageReader {
  private readonly memory: HourMemory;
  private readonly starts: { readonly at: number; readonly count: number };
  private readonly places: { readonly values: number; readonly present: number; readonly wanted: number };
  private readonly hoursAt: number;

  constructor(memory: HourMemory, reached: readonly ReachedFile[], starts: readonly number[]) {
    const rows = reached.reduce((most, file) => Math.max(most, file.rows), 0);
    const bytes = reached.reduce((most, file) => Math.max(most, file.bytes), 0);
    this.memory = memory;
    this.starts = { at: memory.place(starts.length * 8), count: starts.length };
    this.hoursAt = memory.place(rows * 8 + 8);
    this.places = { values: memory.place(bytes + 16), present: memory.place(rows), wanted: memory.place(rows) };
    memory.floats.set(starts, this.starts.at / 8);
  }

  /** Picks the rows by a page of their event times; gives how many there are. */
  pick(page: PlainPage): number {
    const { values, present, wanted } = this.take(page);
    const { at, count } = this.starts;
    return this.memory.kernel.picked(values, present, wanted, page.rows, this.hoursAt, at, count);
  }

  hours(count: number): Float64Array {
    return this.memory.floats.subarray(this.hoursAt / 8, this.hoursAt / 8 + count);
  }

  /** Puts the picked values in from a row on; false where one is a whole number beyond 2^53. */
  append(column: HourColumn | undefined, from: number, page: PlainPage): boolean {
    if (column === undefined) return false;
    const { kernel } = this.memory;
    const { values, present, wanted } = this.take(page);
    // Each new text goes behind all else.
    if (column.type === 'string') this.memory.passing(page.values.length);
    const [at, rows] = [column.values, page.rows];
    switch (column.type) {
      case 'string':
        kernel.appendTexts(values, present, wanted, rows, at + from * 4, column.table);
        return true;
      case 'boolean':
        kernel.appendBooleans(values, present, wanted, rows, at + from);
        return true;
      case 'number':
        kernel.appendNumbers(values, present, wanted, rows, at + from * 8);
        return true;
      default:
        return kernel.appendWhole(values, present, wanted, rows, at + from * 8) === 1;
    }
  }

  private take({ values, present }: PlainPage) {
    this.memory.bytes.set(values, this.places.values);
    this.memory.bytes.set(present, this.places.present);
    return this.places;
  }
}

/** Its values are where its memory is now. */
function rowsColumn(memory: HourMemory, place: HourColumn, count: number): RowsColumn {
  const { type, values: at } = place;
  if (type === 'string') {
    const values = viewed(memory, (buffer) => new Int32Array(buffer, at, count));
    return {
      type,
      place,
      texts: new Texts(memory, place.table),
      get values() {
        return values();
      },
    };
  }
  if (type === 'boolean') {
    const values = viewed(memory, (buffer) => new Uint8Array(buffer, at, count));
    return {
      type,
      place,
      get values() {
        return values();
      },
    };
  }
  const values = viewed(memory, (buffer) => new Float64Array(buffer, at, count));
  return {
    type,
    place,
    get values() {
      return values();
    },
  };
}

function viewed<T extends { readonly buffer: ArrayBufferLike }>(
  memory: HourMemory,
  view: (buffer: ArrayBuffer) => T,
): () => T {
  let held: T | undefined;
  return () => {
    if (held?.buffer !== memory.buffer) held = view(memory.buffer);
    return held as T;
  };
}
