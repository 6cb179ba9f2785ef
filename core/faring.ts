/** How a request fared that a variant was asked to score. */
export type Fared = 'well' | 'failed' | 'late';

/**
 * A variant is taken out when so many of its last requests failed; or failed or were late, and that for so long: of thousands a second,
 * fifty are over before a halt of some milliseconds is, which befalls any thread.
 */
export const takenOutAt = { bad: 25, of: 50, lateForMs: 1_000 };

export interface Standing {
  /** Of the last requests, those that failed or were late. */
  readonly bad: number;
  readonly isOut: boolean;
}

/** Counts a variant's requests as they end, at times in milliseconds that do not go back. */
export function openFaring(): (how: Fared, atMs: number) => Standing {
  const last = new Array<Fared>(takenOutAt.of).fill('well');
  const counts: Record<Fared, number> = { well: takenOutAt.of, failed: 0, late: 0 };
  let next = 0;
  let badSinceMs: number | undefined;
  return (how, atMs) => {
    counts[last[next] ?? 'well'] -= 1;
    counts[how] += 1;
    last[next] = how;
    next = (next + 1) % takenOutAt.of;
    const bad = counts.failed + counts.late;
    badSinceMs = bad < takenOutAt.bad ? undefined : (badSinceMs ?? atMs);
    const isLong = badSinceMs !== undefined && atMs - badSinceMs >= takenOutAt.lateForMs;
    return { bad, isOut: counts.failed >= takenOutAt.bad || isLong };
  };
}
