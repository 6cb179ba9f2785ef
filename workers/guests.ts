import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive, ownMark } from './processMark.ts';

/**
 * Says that this process uses the engine of a state folder, which then does not end before it. Returns how to leave.
 * A guest is a file named `<pid>.<start time>`, so that one that was killed counts no longer.
 */
export async function joinAsGuest(state: string): Promise<() => Promise<void>> {
  const { pid, startedAt } = ownMark();
  const file = join(folderOf(state), `${pid}.${startedAt}`);
  await mkdir(folderOf(state), { recursive: true });
  await writeFile(file, '');
  return () => rm(file, { force: true });
}

/** Waits until no living process uses the engine. */
export async function whenGuestsLeft(state: string, report: (line: string) => void): Promise<void> {
  for (let told = false; ; told = true) {
    const guests = await guestsOf(state);
    if (guests.length === 0) return;
    if (!told) report(`this engine ends when the commands that use it have ended: processes ${guests.join(', ')}`);
    await pause(100);
  }
}

async function guestsOf(state: string): Promise<number[]> {
  const names = await readdir(folderOf(state)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const marks = names.map((name) => ({ pid: Number.parseInt(name, 10), startedAt: name.slice(name.indexOf('.') + 1) }));
  return marks.filter(isAlive).map(({ pid }) => pid);
}

function folderOf(state: string): string {
  return join(state, 'engine.guests');
}
