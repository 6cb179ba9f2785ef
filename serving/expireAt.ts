import type { Asked } from './askVariant.ts';
import type { Deadlines } from './deadlines.ts';
import type { TimeLeft } from './timeLeft.ts';

/** Ends the time of those that have not scored by then, and blames them once it was a fair one. What it returns takes that back. */
export function expireAt(
  deadlines: Deadlines,
  { fairEndMs }: TimeLeft,
  endMs: number,
  asked: readonly Asked[],
): () => void {
  const blame = (): void => {
    for (const each of asked) each.blame();
  };
  return deadlines.at(endMs, () => {
    for (const each of asked) each.expire();
    if (fairEndMs <= endMs) afterReading(blame);
    else deadlines.at(fairEndMs, () => afterReading(blame));
  });
}

/** Timers come first after a halt of this process; scores that came meanwhile are read before it calls back. */
const afterReading = setImmediate;
