const dayMs = 24 * 3_600_000;

/**
 * Starts of the earlier windows that a window's values are to be compared with, the newest first: at the same time of
 * day, on days of the same type (Monday to Friday, or the weekend). Milliseconds UTC; from `earliestMs` on, at most
 * `most`. Days are those of the clock that the times are read by.
 */
export function alikeWindows(fromMs: number, earliestMs: number, most: number): number[] {
  const starts: number[] = [];
  for (let startMs = fromMs - dayMs; startMs >= earliestMs && starts.length < most; startMs -= dayMs) {
    if (isWeekend(startMs) === isWeekend(fromMs)) starts.push(startMs);
  }
  return starts;
}

function isWeekend(atMs: number): boolean {
  const day = new Date(atMs).getUTCDay();
  return day === 0 || day === 6;
}
