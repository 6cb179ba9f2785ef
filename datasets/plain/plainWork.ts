import type { ColumnPlan } from '../../core/contractPlan.ts';
import { HourMemory } from '../hours/hourMemory.ts';
import type { OddLine } from '../lines/lineMemory.ts';
import type { OddValues } from '../sources/oddRows.ts';
import { type PlainLines, plainLines } from '../sources/plainLines.ts';
import { stagedParquet } from '../sources/stagedParquet.ts';
import { type OpenedHours, PlainHours, type PlainPart } from './plainHours.ts';

/** What can be ordered. The memory of bytes goes to who works on them. */
interface Orders {
  /** Reads a block of lines. */
  readonly read: { readonly bytes: Uint8Array; readonly columns: readonly ColumnPlan[] };
  /** Makes the block that was read a Parquet file, with the rows of its odd lines. */
  readonly stage: { readonly odd: OddValues; readonly firstLine: number; readonly event: number };
  /** Reads hours of staged files, of which the next orders are. */
  readonly open: OpenedHours;
  readonly texts: { readonly column: number };
  readonly judge: {
    readonly judgedAt: number | undefined;
    readonly badTexts: Readonly<Record<number, readonly number[]>>;
  };
  readonly marked: { readonly files: readonly number[] };
  readonly part: { readonly start: number; readonly without: readonly number[] };
  /** Lets the hours go. */
  readonly close: object;
}

export interface Answers {
  /** The lines that are odd as a text, for another reader; where they are many, the whole block as it was given. */
  readonly read: { readonly odd: Uint8Array; readonly given: Uint8Array | null };
  /** With the records of its hours, the columns that have a value in some row, and the block's memory back. */
  readonly stage: {
    readonly parquet: Uint8Array;
    readonly hours: Uint8Array;
    readonly filled: readonly number[];
    readonly block: Uint8Array;
  };
  readonly open: { readonly isPlain: boolean };
  readonly texts: { readonly parquet: Uint8Array };
  /** Marked rows by file. */
  readonly judge: { readonly marked: readonly number[] };
  readonly marked: { readonly parquet: Uint8Array };
  readonly part: PlainPart;
  readonly close: object;
}

export type Order<K extends keyof Answers> = { readonly kind: K } & Orders[K];

/** Does what is ordered, with a memory of its own that lasts: memory that is new for each block costs as much as reading it. */
export function plainWork(): <K extends keyof Answers>(order: Order<K>) => Answers[K] {
  const held: Held = { plans: [], read: undefined, hours: undefined, memory: undefined };
  const work: { readonly [K in keyof Answers]: (order: Orders[K]) => Answers[K] } = {
    read: (order) => read(held, order),
    stage: (order) => stage(held, order),
    open: (order) => {
      held.memory = free.pop() ?? new HourMemory();
      held.hours = PlainHours.open(order, held.memory);
      return { isPlain: held.hours !== undefined };
    },
    texts: ({ column }) => ({ parquet: opened(held).texts(column) }),
    judge: ({ judgedAt, badTexts }) => ({ marked: opened(held).judge(judgedAt, badTexts) }),
    marked: ({ files }) => ({ parquet: opened(held).markedRows(files) }),
    part: ({ start, without }) => opened(held).part(start, without),
    close: () => {
      if (held.memory !== undefined && held.memory.buffer.byteLength <= mostKept) free.push(held.memory);
      [held.hours, held.memory] = [undefined, undefined];
      return {};
    },
  };
  return (order) => work[order.kind](order);
}

/** Memory of hours that went, for the next ones. A larger one is let go. */
const free: HourMemory[] = [];
const mostKept = 256 << 20;

interface Held {
  plans: readonly ColumnPlan[];
  read: { readonly lines: PlainLines; readonly bytes: Uint8Array } | undefined;
  hours: PlainHours | undefined;
  memory: HourMemory | undefined;
}

function opened({ hours }: Held): PlainHours {
  if (hours === undefined) throw new Error('hours are worked on after they were opened');
  return hours;
}

function read(held: Held, { bytes, columns }: Orders['read']): Answers['read'] {
  const lines = plainLines(bytes, columns);
  const isGiven = lines === undefined || lines.odd.length > mostOdd * lines.rows;
  if (isGiven) {
    lines?.drop();
    return { odd: oddText([]), given: bytes };
  }
  held.plans = columns;
  held.read = { lines, bytes };
  return { odd: oddText(lines.odd), given: null };
}

/** Of more odd lines, all are read by DuckDB: it writes its own rows faster than it hands them over. */
const mostOdd = 0.2;
const lineEnd = Buffer.of(0x0a);

export function oddText(lines: readonly OddLine[]): Uint8Array {
  return Buffer.concat(lines.flatMap(({ text }, k) => (k === 0 ? [text] : [lineEnd, text])));
}

function stage(held: Held, { odd, firstLine, event }: Orders['stage']): Answers['stage'] {
  const { plans, read } = held;
  if (read === undefined) throw new Error('a block is staged after it was read');
  held.read = undefined;
  const parquet = stagedParquet(plans, read.lines, odd, firstLine, event);
  const hours = read.lines.hours(event);
  const filled = [...plans.keys()].filter((k) => read.lines.isFilled(k));
  read.lines.drop();
  return { parquet, hours, filled, block: read.bytes };
}
