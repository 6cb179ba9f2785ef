/** The deaths of a process that is started again when it dies. */
export interface Deaths {
  /** In a row, each soon after a start. */
  readonly quick: number;
  /** Of these, those that nobody else is to blame for. */
  readonly own: number;
  /** Whether it ever lived for long. */
  readonly hasWorked: boolean;
}

export interface Death {
  readonly livedMs: number;
  /** Nobody killed it, and it lacked nothing that others are to give: it says that the process cannot work. */
  readonly isOwn: boolean;
}

export const noDeath: Deaths = { quick: 0, own: 0, hasWorked: false };

/** A long life begins the count anew. */
export function deathsAfter({ quick, own, hasWorked }: Deaths, { livedMs, isOwn }: Death): Deaths {
  if (livedMs >= longLifeMs) return { quick: 0, own: 0, hasWorked: true };
  return { quick: quick + 1, own: isOwn ? own + 1 : own, hasWorked };
}

export const longLifeMs = 30_000;

/** How long to wait before the next start: 0.5 s after the first death, doubled by each further one, 10 s at most. */
export function backOffMs(deaths: number): number {
  return Math.min(10_000, 500 * 2 ** Math.max(0, deaths - 1));
}
