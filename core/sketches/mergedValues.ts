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
export function inOrder(type: ColumnType, rows: ReadonlyMap<string, number>): Counted<string>[] {
  const compare = type === 'int' ? comparedWholes : comparedTexts;
  return [...rows].sort(([a], [b]) => compare(a, b));
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

/** Beyond 2^53 two whole numbers may be one float64. */
function comparedWholes(a: string, b: string): number {
  const difference = Number(a) - Number(b);
  return difference !== 0 ? difference : Number(BigInt(a) - BigInt(b));
}

function comparedTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
