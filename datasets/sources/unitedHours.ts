import type { Hour } from '../../core/time.ts';
import { digestOfValue } from '../../storage/digest.ts';
import type { IndexedFile, IndexedHour, IndexedRows } from './indexFile.ts';

/** The hours of some files, in order. */
export interface UnitedHours {
  readonly files: readonly Pick<IndexedFile, 'hours'>[];
  readonly hours: readonly IndexedHour[];
}

/**
 * The rows of each hour, whatever files they lie in. `before` is what was united last: where some files came and others
 * went at one place, hours that none of them has rows of stay as they are, and nothing is made for them.
 */
export function unitedHours(files: UnitedHours['files'], before: UnitedHours = { files: [], hours: [] }): UnitedHours {
  const touched = touchedHours(before.files, files);
  if (touched.size === 0) return { files, hours: before.hours };
  const byHour = new Map<Hour, [IndexedHour, ...IndexedHour[]]>();
  for (const { hours } of files) {
    for (const rows of hours) {
      if (!touched.has(rows.hour)) continue;
      const there = byHour.get(rows.hour);
      if (there === undefined) byHour.set(rows.hour, [rows]);
      else there.push(rows);
    }
  }
  const united = [...byHour.values()].map((all) =>
    all.length === 1 ? all[0] : { hour: all[0].hour, ...unitedRows(all) },
  );
  const untouched = before.hours.filter(({ hour }) => !touched.has(hour));
  return { files, hours: inOrder([...untouched, ...united]) };
}

/** The hours with rows of files that only one of two lists holds: between what both begin and what both end with. */
function touchedHours(before: UnitedHours['files'], now: UnitedHours['files']): Set<Hour> {
  const most = Math.min(before.length, now.length);
  let first = 0;
  while (first < most && before[first] === now[first]) first += 1;
  let last = 0;
  while (last < most - first && before[before.length - 1 - last] === now[now.length - 1 - last]) last += 1;
  const others = [...before.slice(first, before.length - last), ...now.slice(first, now.length - last)];
  return new Set(others.flatMap(({ hours }) => hours.map(({ hour }) => hour)));
}

/** Mostly they are: the new hours are the newest. */
function inOrder(hours: IndexedHour[]): IndexedHour[] {
  const isInOrder = hours.every(({ hour }, at) => at === 0 || (hours[at - 1]?.hour ?? '') < hour);
  return isInOrder ? hours : hours.sort((a, b) => (a.hour < b.hour ? -1 : 1));
}

/** The same rows have the same hash, however many files they lie in, as long as their columns have the same types. */
export function unitedRows(all: readonly IndexedRows[]): IndexedRows {
  const [only] = all;
  if (only !== undefined && all.length === 1) return { rows: only.rows, hash: only.hash };
  const hashes = all.map(({ hash }) => hash.split('.'));
  const sum = hashes.reduce((total, [one = '0']) => total + BigInt(one), 0n);
  const xor = hashes.reduce((mixed, [, one = '0']) => mixed ^ BigInt(one), 0n);
  const typings = [...new Set(hashes.map(([, , typing = '']) => typing))].sort();
  const typing = typings.length === 1 ? typings[0] : digestOfValue(typings).slice(0, 8);
  return { rows: all.reduce((total, { rows }) => total + rows, 0), hash: `${sum}.${xor}.${typing}` };
}
