import type { KeyPart, RecentKey } from '../core/featurePlan.ts';
import { invalid } from './invalid.ts';
import { type TimeOfDay, timeOfDayPart } from './timeOfDay.ts';

/** What labels are counted by: a column, or several side by side, among them the time of day. */
export type RecentBy<Name extends string, Time extends string> = Name | readonly (Name | TimeOfDay<Time>)[];

/** What a feature by such a key reads. */
export type RecentNeeds<Name extends string, Time extends string> = Record<
  Name,
  string | boolean | number | null | undefined
> &
  Record<Time, Date>;

/** The columns of a key, in its order. */
export function columnsBy(by: RecentBy<string, string>): string[] {
  return partsIn(by).map((part) => (typeof part === 'string' ? part : part?.timeOfDay));
}

/** The key in the plan. One column by itself is a column. Throws `pipeline.invalid`, `duration.invalid`, naming `place`. */
export function recentKeyOf(by: RecentBy<string, string>, place: string): RecentKey {
  const parts = partsIn(by).map((part, at) => partOf(part, `${place}[${at}]`));
  const [first] = parts;
  if (first === undefined) throw invalid(place, "a column, or a list of them such as ['origin', 'destination']", by);
  const twice = parts.find((part, at) => parts.findIndex(({ column }) => column === part.column) !== at);
  if (twice !== undefined) throw invalid(place, 'each column once', twice.column);
  return parts.length === 1 && first.timeOfDayMs === undefined ? { column: first.column } : { by: parts };
}

function partsIn(by: RecentBy<string, string>): readonly (string | TimeOfDay<string>)[] {
  return typeof by === 'string' ? [by] : by;
}

function partOf(part: string | TimeOfDay<string>, place: string): KeyPart {
  if (typeof part === 'string') return { column: part };
  if (typeof part?.timeOfDay === 'string') return timeOfDayPart(part, place);
  throw invalid(place, "a column's name, or timeOfDay('date', '10 minutes')", part);
}
