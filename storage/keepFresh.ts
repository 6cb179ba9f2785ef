import { utimes } from 'node:fs/promises';

/** Notes that a copy was used just now: those that nobody uses for days are dropped, and loaded again when they are wanted. */
export function keepFresh(path: string): Promise<void> {
  const now = new Date();
  return utimes(path, now, now);
}
