import type { ColumnType } from '../contractPlan.ts';
import { type Counted, mostValues, type ValueSketch } from './columnSketch.ts';
import { md5 } from './md5.ts';

/**
 * The values of all parts together. A value that is among the smallest of the whole is among the smallest of each part
 * that has it, so that what a part left out is never missed.
 */
export function mergedValues(type: ColumnType, parts: readonly ValueSketch[]): ValueSketch {
  const digests = new Map<string, string>();
  let rows = new Map<string, number>();
  let isComplete = true;
  for (const { counts, isComplete: isWhole } of parts) {
    addRows(rows, counts);
    isComplete &&= isWhole;
    // Not at each part: what is kept is the same, and most parts have the same values.
    if (rows.size > 8 * mostValues) [rows, isComplete] = [smallest(rows, digests), false];
  }
  if (rows.size > mostValues) [rows, isComplete] = [smallest(rows, digests), false];
  const frequent = new Map<string, number>();
  for (const part of parts) addRows(frequent, part.frequent);
  return { counts: inOrder(type, rows), isComplete, frequent: inOrder(type, frequent) };
}

/** By value: whole numbers as numbers, others as texts. */
export function inOrder(type: ColumnType, rows: Iterable<Counted<string>>): Counted<string>[] {
  if (type !== 'int') return [...rows].sort(([a], [b]) => comparedTexts(a, b));
  const numbered = [...rows].map((counted) => ({ counted, number: Number(counted[0]) }));
  // Beyond 2^53 two whole numbers may be one float64.
  const compared = (a: string, b: string): number => Number(BigInt(a) - BigInt(b));
  numbered.sort((a, b) => a.number - b.number || compared(a.counted[0], b.counted[0]));
  return numbered.map(({ counted }) => counted);
}

function addRows(rows: Map<string, number>, counts: readonly Counted<string>[]): void {
  for (const [value, counted] of counts) rows.set(value, (rows.get(value) ?? 0) + counted);
}

/** Digests are made once for each value that was ever kept. */
function smallest(rows: ReadonlyMap<string, number>, digests: Map<string, string>): Map<string, number> {
  const digested = [...rows].map(([value, counted]) => {
    const digest = digests.get(value) ?? md5(value);
    return { value, counted, digest };
  });
  digested.sort((a, b) => comparedTexts(a.digest, b.digest));
  const kept = digested.slice(0, mostValues);
  digests.clear();
  for (const { value, digest } of kept) digests.set(value, digest);
  return new Map(kept.map(({ value, counted }) => [value, counted]));
}

function comparedTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
