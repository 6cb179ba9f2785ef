import { setImmediate } from 'node:timers/promises';

/** Computing gives way so often, in milliseconds: a turn of the event loop takes some hundredths of it. */
const apart = 1;

/**
 * Lets the event loop turn where it has not for a millisecond. Work that computes asks for it between its parts, so that
 * what is read and written beside it goes on. No result depends on it.
 */
export function eventTurns(): () => Promise<void> | undefined {
  let turnedAt = performance.now();
  return () => {
    if (performance.now() - turnedAt < apart) return undefined;
    return setImmediate().then(() => {
      turnedAt = performance.now();
    });
  };
}
