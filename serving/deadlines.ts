import { recentBound } from '../core/recentBound.ts';

/** The ends of all waits of one process. Times are of `performance.now()`. */
export interface Deadlines {
  /**
   * Calls once when the time is there, up to a millisecond before it, for a timer knows no less, and later only where the event loop is
   * late. What it returns takes that back.
   */
  at(endMs: number, call: () => void): () => void;
  /** Calls those whose time is there: while a turn of the event loop is long, no timer is heard. */
  callDue(): void;
  /** An answer was there so long after the end of its wait. */
  overran(ms: number): void;
  /** What nearly all of the last stayed below. */
  readonly overrunMs: number;
}

/**
 * One timer for all of them: nearly all end in the order in which they began, so that they stand in a list, and most are taken back before
 * their end.
 */
export function openDeadlines(nowMs: () => number = () => performance.now()): Deadlines {
  const overruns = recentBound();
  const first = emptyList();
  let [timer, timerEndMs] = [undefined as NodeJS.Timeout | undefined, Number.POSITIVE_INFINITY];
  const callDue = (): void => {
    if (first.after === first) return;
    const dueMs = nowMs() + timerMs;
    for (let next = first.after; next !== first && next.endMs < dueMs; next = first.after) {
      unlink(next);
      next.call();
    }
  };
  const wakeBy = (endMs: number): void => {
    if (endMs >= timerEndMs) return;
    clearTimeout(timer);
    timerEndMs = endMs;
    const leftMs = Math.floor(endMs - nowMs());
    // What is answered keeps the process, not that it might be late.
    timer = setTimeout(wake, Math.min(longestTimerMs, Math.max(timerMs, leftMs))).unref();
  };
  const wake = (): void => {
    [timer, timerEndMs] = [undefined, Number.POSITIVE_INFINITY];
    callDue();
    if (first.after !== first) wakeBy(first.after.endMs);
  };
  return {
    at(endMs, call) {
      if (endMs === Number.POSITIVE_INFINITY) return never;
      const one = linked(first, endMs, call);
      wakeBy(endMs);
      return () => unlink(one);
    },
    callDue,
    overran: overruns.add,
    get overrunMs() {
      return overruns.ms;
    },
  };
}

/** The least that a timer can be told. */
const timerMs = 1;

/** The most, in time enough for what is later. */
const longestTimerMs = 3_600_000;

const never = (): void => {};

/** One of a ring in the order of their ends, in which the ring's beginning is one, too. */
interface Wait {
  readonly endMs: number;
  readonly call: () => void;
  before: Wait;
  after: Wait;
}

function emptyList(): Wait {
  const list = { endMs: Number.NEGATIVE_INFINITY, call: never } as Wait;
  [list.before, list.after] = [list, list];
  return list;
}

/** Behind the last that ends no later. */
function linked(first: Wait, endMs: number, call: () => void): Wait {
  let before = first.before;
  while (before.endMs > endMs) before = before.before;
  const one = { endMs, call, before, after: before.after };
  before.after.before = one;
  before.after = one;
  return one;
}

/** A second time it does nothing. */
function unlink(one: Wait): void {
  one.before.after = one.after;
  one.after.before = one.before;
  [one.before, one.after] = [one, one];
}
