import { setTimeout as pause } from 'node:timers/promises';
import { isTransient, s3Error } from './s3Errors.ts';

/**
 * Does again, up to five times within about two seconds, what failed for a moment. Whoever called waits longer if that
 * is worth it. Throws the last error as the catalogue tells it.
 */
export async function persist<T>(
  address: string,
  work: () => Promise<T>,
  again: (error: unknown) => boolean = isTransient,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === attempts || !again(error)) throw s3Error(address, error);
      await pause(backOffMs(attempt));
    }
  }
}

const attempts = 5;

/** 100 ms, doubled each time; half of it by chance, so that many who failed together do not come back together. */
function backOffMs(attempt: number): number {
  return 100 * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
}
