import type { FeedbackKey } from '../../../core/feedback.ts';
import { type Hour, hourMs, hourOf } from '../../../core/time.ts';

/** Blocks of 90 answered rows, and of the 100 labels that are sent for them; all that is made follows from this. */
export interface Making {
  readonly blocks: number;
  /** Labels come within an hour of it, milliseconds UTC. */
  readonly nowMs: number;
}

/** An answered row. */
export interface MadeRow {
  readonly predictionId: string;
  readonly atMs: number;
  readonly score: number;
  readonly date: string;
  readonly distance: number;
}

/** A label that is sent, and the hour in which its row was answered; undefined for one of nobody. */
export interface MadeLabel {
  readonly by: 'prediction' | 'request' | 'key';
  readonly row: Pick<MadeRow, 'predictionId' | 'date' | 'distance'>;
  readonly hour: Hour | undefined;
  readonly label: boolean;
  readonly labelAt: string | undefined;
}

export const rowsOfBlock = 90;
export const labelsOfBlock = 100;

export function madeRows(making: Making, block: number): MadeRow[] {
  return range(0, rowsOfBlock).map((at) => madeRow(making, block, at));
}

/** What comes twice or is corrected comes half a file before the first or after it. */
export function madeLabels(making: Making, block: number): MadeLabel[] {
  const other = (block + Math.floor(making.blocks / 2)) % making.blocks;
  const label = (of: number, at: number, changes?: Partial<MadeLabel>): MadeLabel => ({
    ...madeLabel(making, of, at),
    ...changes,
  });
  const nobody = (at: number, changes?: Partial<MadeLabel>): MadeLabel =>
    label(block, at, { ...ofNobody(block, at), ...changes });
  const wrongly = (at: number): MadeLabel => label(block, at, { label: !isPositive(numberOf(block, at)) });
  const [later, never] = [timeText(making, -10), timeText(making, 720)];
  return [
    ...range(0, 5).map((at) => label(block, at)),
    ...range(5, 9).map(wrongly),
    ...range(9, 73).map((at) => label(block, at)),
    ...range(0, 5).map((at) => label(other, at)),
    ...range(5, 11).map((at) => label(other, at, { labelAt: later })),
    ...range(0, 4).map((at) => nobody(at)),
    nobody(4, { by: 'key' }),
    nobody(0),
    nobody(5, { labelAt: never }),
    ...range(73, 76).map((at) => label(block, at, { labelAt: never })),
    // By a key that the next row has as well.
    ...[76, 78].map((at) => label(block, at)),
    ...range(80, 84).map((at) => label(block, at)),
  ];
}

/** Of ten blocks one is answered after its labels came, six in the hours before it, and three long before. */
export function hourOfBlock(making: Making, block: number): Hour {
  return hourOf(startOf(making, block));
}

/** The hour in which a stored label is counted; undefined for one of nobody. */
export function hourOfKey(making: Making, key: FeedbackKey): Hour | undefined {
  if (key.kind === 'prediction') {
    const startMs = Number.parseInt(key.predictionId.slice(0, sessionDigits), 16);
    return Number.isNaN(startMs) ? undefined : hourOf(startMs);
  }
  const number = (Date.parse(key.eventTime) - bornMs) / 1_000;
  return number < 0 ? undefined : hourOfBlock(making, Math.floor(number / rowsOfBlock));
}

/** Whether a row turned out positive, and how it was scored, follow from its number. */
export function isPositive(number: number): boolean {
  return number % 3 === 0;
}

export function scoreOf(number: number): number {
  return number % 2 === 0 ? 0.25 : 0.75;
}

export function numberOf(block: number, at: number): number {
  return block * rowsOfBlock + at;
}

function madeRow(making: Making, block: number, at: number): MadeRow {
  const [number, startMs] = [numberOf(block, at), startOf(making, block)];
  const session = startMs.toString(16).padStart(sessionDigits, '0');
  const own = { predictionId: `${session}-${number}/0`, atMs: startMs + (number % hourMs), score: scoreOf(number) };
  return { ...own, ...rawRow(at === 77 || at === 79 ? number - 1 : number) };
}

const sessionDigits = 16;
const bornMs = Date.UTC(2001, 2, 1);

/** Of each number its own second. */
function rawRow(number: number): Pick<MadeRow, 'date' | 'distance'> {
  return { date: new Date(bornMs + number * 1_000).toISOString(), distance: 100 + (number % 2_000) };
}

function madeLabel(making: Making, block: number, at: number): MadeLabel {
  const number = numberOf(block, at);
  return {
    by: at >= 58 && at < 63 ? 'request' : at >= 63 && at < 80 ? 'key' : 'prediction',
    row: madeRow(making, block, at),
    hour: hourOfBlock(making, block),
    label: isPositive(number),
    labelAt: at >= 58 && at < 63 ? undefined : timeText(making, -20),
  };
}

function ofNobody(block: number, at: number): Pick<MadeLabel, 'by' | 'row' | 'hour'> {
  const number = numberOf(block, at);
  return { by: 'prediction', row: { predictionId: `nobody-${number}/0`, ...rawRow(-1 - number) }, hour: undefined };
}

const hoursOf = { early: 4, inTime: 6, late: 190 } as const;

function startOf(making: Making, block: number): number {
  const [turn, kind] = [Math.floor(block / 10), block % 10];
  const fromNow =
    kind === 0
      ? 2 + (turn % hoursOf.early)
      : kind <= 6
        ? -1 - ((turn * 6 + kind) % hoursOf.inTime)
        : -11 - ((turn * 3 + kind) % hoursOf.late);
  return hourStartOf(making) + fromNow * hourMs;
}

function timeText(making: Making, hours: number): string {
  return new Date(hourStartOf(making) + hours * hourMs).toISOString();
}

function hourStartOf({ nowMs }: Making): number {
  return Math.floor(nowMs / hourMs) * hourMs;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, at) => from + at);
}
