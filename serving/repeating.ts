/** Some work that repeats: never twice at a time, `everyMs` after the last end. Its timer keeps no process alive. */
export interface Repeating {
  /** Does it now, or once more after the one under way; ends when that is done. */
  now(): Promise<void>;
  /** Ends after the one under way; nothing runs after that. */
  close(): Promise<void>;
}

/** `work` reports its own failures; what it throws all the same goes to `failed`, and it goes on. */
export function repeating(everyMs: number, work: () => Promise<void>, failed: (error: unknown) => void): Repeating {
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let last: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | undefined;
  const once = async (): Promise<void> => {
    clearTimeout(timer);
    waiting = undefined;
    if (closed) return;
    await work().catch(failed);
    if (!closed) timer = setTimeout(() => void now(), everyMs).unref();
  };
  const now = (): Promise<void> => {
    if (waiting === undefined) {
      waiting = last.then(once);
      last = waiting;
    }
    return waiting;
  };
  return {
    now,
    async close() {
      closed = true;
      clearTimeout(timer);
      await last;
    },
  };
}
