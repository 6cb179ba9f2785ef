/** Largest share of the time that goes into what is done sparingly. */
const largestShare = 0.05;

/**
 * Does something now and then, at most every so many milliseconds of a clock, and less often where it takes so long that
 * it would come to more than a twentieth of the time.
 */
export function sparingly<T>(
  clock: () => number,
  everyMs: number,
  work: (given: T) => Promise<void>,
): (given: T) => Promise<void> {
  let [doneAt, apart] = [clock(), everyMs];
  return async (given) => {
    const now = clock();
    if (now - doneAt < apart) return;
    await work(given);
    doneAt = clock();
    apart = Math.max(everyMs, (doneAt - now) / largestShare);
  };
}
