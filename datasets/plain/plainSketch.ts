import { hash } from 'node:crypto';
import type { ColumnPlan, ColumnType } from '../../core/contractPlan.ts';
import {
  type ColumnSketch,
  type Counted,
  mostValues,
  type NumberSketch,
  type RowsSketch,
} from '../../core/sketches/columnSketch.ts';
import { inOrder } from '../../core/sketches/mergedValues.ts';
import { sketchOfCounts } from '../../core/sketches/sketchOfCounts.ts';
import type { HourMemory } from '../hours/hourMemory.ts';
import { NumberTally } from './numberTally.ts';
import type { PlainRows, RowsColumn } from './plainRows.ts';
import type { Texts } from './texts.ts';
import { wholeCounts } from './wholeCounts.ts';

/** The sketch of some rows, as `sketchPartitions` makes it in SQL. */
export function plainSketch(
  plans: readonly ColumnPlan[],
  { columns, memory }: PlainRows,
  rows: Int32Array,
): RowsSketch {
  const sketched = columns.map((column, k) => [plans[k]?.name ?? '', columnSketch(memory, column, rows)] as const);
  return { format: 1, rows: rows.length, columns: Object.fromEntries(sketched) };
}

function columnSketch(memory: HourMemory, column: RowsColumn, rows: Int32Array): ColumnSketch {
  if (column.type === 'string') return textSketch(column, rows);
  if (column.type === 'boolean') return booleanSketch(column.values, rows);
  if (column.type === 'int') return wholeSketch(memory, column.values, rows);
  const tally = new NumberTally(column.type);
  for (let at = 0; at < rows.length; at += 1) tally.add(column.values[rows[at] ?? 0] ?? 0, 1);
  return { type: column.type, rows: rows.length, nulls: tally.nulls, numbers: tally.sketch(), values: null };
}

function booleanSketch(values: Uint8Array, rows: Int32Array): ColumnSketch {
  const counts = [0, 0, 0];
  for (let at = 0; at < rows.length; at += 1) {
    const value = values[rows[at] ?? 0] ?? 2;
    counts[value] = (counts[value] ?? 0) + 1;
  }
  const [no = 0, yes = 0, nulls = 0] = counts;
  const held: Counted<string>[] = [
    ['false', no],
    ['true', yes],
  ];
  return sketchOfCounts(
    'boolean',
    nulls,
    held.filter(([, count]) => count > 0),
  );
}

function textSketch({ values, texts }: RowsColumn & { type: 'string' }, rows: Int32Array): ColumnSketch {
  const counts = new Int32Array(texts.count);
  let nulls = 0;
  for (let at = 0; at < rows.length; at += 1) {
    const number = values[rows[at] ?? 0] ?? -1;
    if (number === -1) nulls += 1;
    else counts[number] = (counts[number] ?? 0) + 1;
  }
  const numbers = new Int32Array(texts.count);
  let distinct = 0;
  for (let number = 0; number < counts.length; number += 1) if (counts[number] !== 0) numbers[distinct++] = number;
  const counted: CountedValues = {
    size: distinct,
    rows: (at) => counts[numbers[at] ?? 0] ?? 0,
    text: (at) => shortened(texts.string(numbers[at] ?? 0)),
    starts: () => textStarts(texts, numbers.subarray(0, distinct)),
  };
  return countedSketch('string', nulls, counted, null);
}

/** A long text stands by its beginning and its MD5. */
function shortened(text: string): string {
  if (text.length <= 33 || Buffer.byteLength(text) <= 100) return text;
  return `${[...text.slice(0, 120)].slice(0, 60).join('')}…${hash('md5', text)}`;
}

function textStarts(texts: Texts, numbers: Int32Array): Uint32Array {
  const starts = texts.digestStarts(numbers);
  if (!texts.isAnyLonger(55)) return starts;
  for (let at = 0; at < numbers.length; at += 1) {
    const number = numbers[at] ?? 0;
    if (texts.length(number) > 55) starts[at] = startOf(shortened(texts.string(number)));
  }
  return starts;
}

function startOf(text: string): number {
  return Number.parseInt(hash('md5', text).slice(0, 8), 16);
}

function wholeSketch(memory: HourMemory, values: Float64Array, rows: Int32Array): ColumnSketch {
  const { distinct, counts, size, given } = wholeCounts(values, rows);
  const tally = new NumberTally('int');
  for (let at = 0; at < size; at += 1) tally.add(distinct[at] ?? 0, counts[at] ?? 0);
  const counted: CountedValues = {
    size,
    rows: (at) => counts[at] ?? 0,
    text: (at) => String(distinct[at]),
    starts: () => memory.wholeStarts(distinct.subarray(0, size)),
  };
  return countedSketch('int', rows.length - given, counted, tally.sketch());
}

/** Values that differ, by a number from 0: there may be as many as rows, and no object for any that is not kept. */
interface CountedValues {
  readonly size: number;
  readonly rows: (at: number) => number;
  readonly text: (at: number) => string;
  /** The first 32 bits of each text's MD5, in memory that is written over. */
  readonly starts: () => Uint32Array;
}

/** `numbers` of whole numbers that are more than are kept. */
function countedSketch(
  type: Extract<ColumnType, 'int' | 'string'>,
  nulls: number,
  counted: CountedValues,
  numbers: NumberSketch | null,
): ColumnSketch {
  const listed = (kept: readonly number[]): Counted<string>[] => kept.map((at) => [counted.text(at), counted.rows(at)]);
  if (counted.size <= mostValues)
    return sketchOfCounts(type, nulls, listed(Array.from({ length: counted.size }, (_, at) => at)));
  let given = 0;
  for (let at = 0; at < counted.size; at += 1) given += counted.rows(at);
  const frequent: number[] = [];
  for (let at = 0; at < counted.size; at += 1) {
    const rows = counted.rows(at);
    if (rows >= 2 && rows * 100 >= given) frequent.push(at);
  }
  const values = {
    counts: inOrder(type, sampled(listed(nearlySampled(counted)))),
    isComplete: false,
    frequent: inOrder(type, listed(frequent)),
  };
  return { type, rows: given + nulls, nulls, numbers, values };
}

/** Some more values than are sampled, those with the smallest MD5 among them: of digests, so many are below a bound. */
function nearlySampled({ size, starts: startsOf }: CountedValues): number[] {
  const starts = startsOf();
  for (let bound = (2 * mostValues * 2 ** 32) / size; ; bound *= 2) {
    const kept: number[] = [];
    for (let at = 0; at < size; at += 1) if ((starts[at] ?? 0) < bound) kept.push(at);
    if (kept.length >= mostValues) return kept;
  }
}

/** The values whose MD5 is smallest. */
function sampled(counts: readonly Counted<string>[]): Counted<string>[] {
  const digested = counts.map((counted) => ({ counted, digest: hash('md5', counted[0]) }));
  digested.sort((one, other) => (one.digest < other.digest ? -1 : 1));
  return digested.slice(0, mostValues).map(({ counted }) => counted);
}
