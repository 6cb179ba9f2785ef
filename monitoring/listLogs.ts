import { hourPrefixes } from '../core/hourPrefixes.ts';
import type { LabelJoin } from '../core/labelJoin.ts';
import { type Hour, hourMs, hourStart } from '../core/time.ts';
import { concurrently, storeHands } from '../storage/concurrently.ts';
import type { ObjectStore } from '../storage/objectStore.ts';

/** Which hours of a pipeline's two logs are listed: all, where nothing else is said. */
export interface LogsAsked {
  readonly pipeline: string;
  /** Only these hours of both logs, half-open, milliseconds UTC on whole hours: others count as not there. */
  readonly only?: readonly [number, number];
  /**
   * From when to when, milliseconds UTC, files may have come that matter. Other hours are as they were joined before: a
   * file that comes to one of them later is found by a join without this.
   */
  readonly recent?: readonly [number, number];
}

export interface ListedLogs {
  readonly predictions: readonly string[];
  readonly feedback: readonly string[];
  /** Whether the files of that hour are among these, if there are any. */
  readonly isListed: (hour: Hour) => boolean;
}

/**
 * The keys of both logs in which a join may find something new. The label of an old answer lies in the hour in which it came,
 * and the answer was joined long ago, so old hours need not be listed, but for the first: a sweep begins with it.
 */
export async function listLogs(store: ObjectStore, asked: LogsAsked, before: LabelJoin): Promise<ListedLogs> {
  const { pipeline, only, recent } = asked;
  const [fromMs, toMs] = only ?? (recent === undefined || before.turn === 0 ? wholeLog : sinceNewest(recent, before));
  const list = (log: string) => listHours(store, `${log}/${pipeline}/`, fromMs, toMs);
  const isWithin = (hour: Hour): boolean => hourStart(hour) >= fromMs && hourStart(hour) < toMs;
  const older = only === undefined ? Object.keys(before.hours).filter((hour) => hourStart(hour) < fromMs) : [];
  const first = await firstHours(store, `predictions/${pipeline}/`, older.sort());
  return {
    predictions: [...first.keys, ...(await list('predictions'))],
    feedback: await list('feedback'),
    isListed: (hour) => only !== undefined || isWithin(hour) || first.hours.has(hour),
  };
}

/** The keys of a log in the hours of [fromMs, toMs); all where it has no beginning. */
export async function listHours(store: ObjectStore, folder: string, fromMs: number, toMs: number): Promise<string[]> {
  if (fromMs === wholeLog[0]) return store.list(folder);
  const listed = await concurrently(hourPrefixes(fromMs, toMs), storeHands, (hours) => store.list(`${folder}${hours}`));
  return listed.flat();
}

const wholeLog = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
const dayMs = 24 * hourMs;

/** From what was seen last on, however long ago that was; on whole days, and to tomorrow's end, for clocks differ. */
function sinceNewest([fromMs, toMs]: readonly [number, number], { hours, waiting }: LabelJoin): [number, number] {
  const seen = [...Object.keys(hours), ...Object.keys(waiting)].map((hour) => hourStart(hour));
  const newestMs = seen.reduce((newest, ms) => Math.max(newest, ms), Number.NEGATIVE_INFINITY);
  const dayOf = (ms: number): number => Math.floor(ms / dayMs) * dayMs;
  return [dayOf(Math.min(fromMs, newestMs)), dayOf(toMs) + 2 * dayMs];
}

/** The first hours, as far as they are gone, and the next one. */
async function firstHours(store: ObjectStore, folder: string, hours: readonly Hour[]) {
  const listed = new Set<Hour>();
  for (const hour of hours) {
    listed.add(hour);
    const keys = await store.list(`${folder}${hour}/`);
    if (keys.length > 0) return { keys, hours: listed };
  }
  return { keys: [], hours: listed };
}
