import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workplace } from './workplace.ts';

/** Milliseconds since a copy was used last. A reader has opened its file long before. */
const unusedMs = 7 * 86_400_000;

/** Drops copies of what lies in a bucket that nobody has used for a week: they are loaded again. Gives how many. */
export async function dropOldCopies({ folder, cacheFolder }: Workplace, nowMs: number): Promise<number> {
  const places = [cacheFolder, join(folder, '.whet', 'sources')];
  const dropped = await Promise.all(places.map((place) => dropIn(place, nowMs)));
  return dropped.reduce((sum, count) => sum + count, 0);
}

/** Copies are named by their SHA-256; whatever else lies there is no copy. */
async function dropIn(place: string, nowMs: number): Promise<number> {
  const names = await readdir(place).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  let dropped = 0;
  for (const name of names.filter((one) => /^[0-9a-f]{64}(?:-|$)/.test(one))) {
    const found = await stat(join(place, name)).catch(() => undefined);
    if (found === undefined || nowMs - found.mtimeMs < unusedMs) continue;
    await rm(join(place, name), { force: true });
    dropped += 1;
  }
  return dropped;
}
