/** What has to happen once a variant is waited for no more. */
export interface AfterWait {
  /** By how much answers were late that came after such a wait. */
  readonly overrunMs: number;
  /** In which the fallback scores, 99 times of 100; 0 where the champion is asked next, which has scored by then. */
  readonly fallbackMs: number;
}

/** For writing the answer, and for its way to the caller. */
const writingMs = 1;

/** A timer of whole milliseconds, a collection of garbage and another thread that has the core take so much, also before anything was measured. */
const leastOverrunMs = 3;

/**
 * What is kept of a deadline, in milliseconds, so that the answer is with its caller by then: for what was measured to come after the
 * wait, and never more than half, so that a variant keeps its chance in a process that is late.
 */
export function answerReserveMs(deadlineMs: number, { overrunMs, fallbackMs }: AfterWait): number {
  return Math.min(deadlineMs / 2, writingMs + Math.max(leastOverrunMs, overrunMs) + fallbackMs);
}
