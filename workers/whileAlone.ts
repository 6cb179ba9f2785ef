import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Claimed, claim } from './claim.ts';

/** One process does the work in a folder; the others wait until it is done, saying for what: `getting Temporal`. */
export async function whileAlone<T>(
  folder: string,
  doing: string,
  report: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(folder, { recursive: true });
  let claimed: Claimed = await claim(join(folder, 'claims'));
  for (let waits = 0; claimed.kind === 'taken'; waits += 1) {
    // Every ten seconds: half a second a wait, and what claiming takes.
    if (waits % 15 === 0) report(`waiting for process ${claimed.by.pid}, which is ${doing}`);
    await pause(500);
    claimed = await claim(join(folder, 'claims'));
  }
  return work().finally(claimed.release);
}
