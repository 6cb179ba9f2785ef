import type { Replay } from './retrainInput.ts';
import { hourMs, hourStart } from './time.ts';

/**
 * What time it is for budgets, cool-downs and waits when the real time is `realMs`. Where the past passes again it is the
 * replayed time, also before the replay began: a day's budget is that of 24 replayed hours, and what is decided is what
 * would have been. Where time stands still it is the real one: no wait would ever end. What runs take is always real.
 */
export function retrainClockMs(realMs: number, replay: Replay | undefined): number {
  if (replay === undefined || replay.hourLastsMs === null) return realMs;
  const hours = (realMs - Date.parse(replay.startedAt)) / replay.hourLastsMs;
  return hourStart(replay.from, 'replay.from') + hours * hourMs;
}
