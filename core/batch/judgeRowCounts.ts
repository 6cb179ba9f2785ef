import type { NewestDayPlan, RowGapPlan, RowsPlan } from '../batchRulePlan.ts';
import type { PartitionVersion } from '../snapshot.ts';
import { durationText, hourMs, hourOf, hourStart } from '../time.ts';
import type { Judged } from './batchFinding.ts';
import { count, isWithin, percent } from './numberText.ts';
import { wholeWindow } from './stretches.ts';

/** Rows as read, good and bad. */
export function judgeRowCounts(rule: RowsPlan, parts: readonly PartitionVersion[]): Judged {
  const counts = countsOf(rule, parts);
  if (counts.length === 0) return { outcome: 'too little to say', value: 'the window has no whole day' };
  const broken = counts.filter(([, rows]) => !isWithin(rule, rows));
  const [first] = broken;
  if (first === undefined) return { outcome: 'passed', value: rangeText(counts.map(([, rows]) => rows)) };
  const others = broken.length === 1 ? '' : `, and ${count(broken.length - 1)} more`;
  return { outcome: 'broken', value: `${count(first[1])} ${first[0]}${others}` };
}

/** The newest 24 hours against the median of the stretches of 24 hours before them, of which three must be whole. */
export function judgeNewestDay({ within }: NewestDayPlan, parts: readonly PartitionVersion[]): Judged {
  const read = readByStart(parts);
  const { from, to } = wholeWindow(parts);
  const days = Array.from({ length: Math.floor((to - from) / dayMs) }, (_, day) =>
    rowsIn(read, to - (day + 1) * dayMs),
  );
  const [newest, ...earlier] = days.filter((rows) => rows !== undefined);
  if (newest === undefined || days[0] === undefined || earlier.length < fewestDays) {
    return { outcome: 'too little to say', value: `${earlier.length} days before the newest` };
  }
  const usual = median(earlier);
  const value = `${count(newest)}, usual are ${count(usual)}`;
  const off = Math.abs(newest - usual);
  if (off <= within * usual) return { outcome: 'passed', value };
  return { outcome: 'broken', value: usual === 0 ? value : `${value}: ${percent(off / usual)} off` };
}

/** Hours without rows that follow each other. */
export function judgeRowGap({ atMostMs }: RowGapPlan, parts: readonly PartitionVersion[]): Judged {
  const read = readByStart(parts);
  const { from, to } = wholeWindow(parts);
  let longest = { from, ms: 0 };
  let ms = 0;
  for (let start = from; start < to; start += hourMs) {
    ms = (read.get(start) ?? 0) === 0 ? ms + hourMs : 0;
    if (ms > longest.ms) longest = { from: start + hourMs - ms, ms };
  }
  if (longest.ms === 0) return { outcome: 'passed', value: 'rows in every hour' };
  const value = `${durationText(longest.ms)} from ${hourOf(longest.from)}`;
  return { outcome: longest.ms <= atMostMs ? 'passed' : 'broken', value };
}

const dayMs = 24 * hourMs;
const fewestDays = 3;

/** Counts with the words that follow them. */
type Counts = [where: string, rows: number][];

function countsOf({ kind }: RowsPlan, parts: readonly PartitionVersion[]): Counts {
  if (kind === 'rows') return [['in the window', parts.reduce((sum, { read }) => sum + read, 0)]];
  if (kind === 'rowsPerHour') return parts.map(({ hour, read }) => [`in ${hour}`, read]);
  const read = readByStart(parts);
  const midnights = [...read.keys()].filter((start) => start % dayMs === 0).sort((a, b) => a - b);
  return midnights.flatMap((start) => {
    const rows = rowsIn(read, start);
    return rows === undefined ? [] : [[`on ${hourOf(start).slice(0, 10)}`, rows]];
  });
}

function readByStart(parts: readonly PartitionVersion[]): ReadonlyMap<number, number> {
  return new Map(parts.map(({ hour, read }) => [hourStart(hour, 'parts'), read]));
}

/** The rows of 24 hours; undefined where the window lacks one of them. */
function rowsIn(read: ReadonlyMap<number, number>, from: number): number | undefined {
  const hours = Array.from({ length: 24 }, (_, hour) => read.get(from + hour * hourMs));
  return hours.reduce((sum, rows) => (sum === undefined || rows === undefined ? undefined : sum + rows), 0);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

function rangeText(values: readonly number[]): string {
  const [least, most] = [Math.min, Math.max].map((of) => values.reduce((a, b) => of(a, b)));
  return least === most ? count(least ?? 0) : `${count(least ?? 0)} to ${count(most ?? 0)}`;
}
