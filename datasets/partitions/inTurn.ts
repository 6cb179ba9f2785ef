import type { Database } from '../database.ts';

/** Tables of judged rows that a database holds at once: two keep its threads busy, more only fill its memory. */
const tablesAtOnce = 2;

interface Turns {
  working: number;
  readonly waiting: (() => void)[];
}

const turnsOf = new WeakMap<Database, Turns>();

/** Does work that holds a table of judged rows, when it is its turn: however many ask, the memory stays bounded. */
export async function inTurn<T>(database: Database, work: () => Promise<T>): Promise<T> {
  const turns = turnsOf.get(database) ?? { working: 0, waiting: [] };
  turnsOf.set(database, turns);
  if (turns.working < tablesAtOnce) turns.working += 1;
  else await new Promise<void>((resolve) => turns.waiting.push(resolve));
  try {
    return await work();
  } finally {
    const next = turns.waiting.shift();
    if (next === undefined) turns.working -= 1;
    else next();
  }
}
