import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive, ownMark, type ProcessMark } from './processMark.ts';

/** What `claim` gives: the claim, or the living process that has it. */
export type Claimed = { readonly kind: 'held'; release(): Promise<void> } | { readonly kind: 'taken'; by: ProcessMark };

/**
 * Claims a folder for this process, on this machine. A process that died has no claim.
 *
 * Each claimant creates a file of its own, named by pid and start time, and then looks whether another living process
 * has one too; if so it takes its own away again. No file is ever taken over, so two can never both believe to hold the
 * claim; two that come in the same instant may both step back, and try again after a short, random pause.
 */
export async function claim(folder: string): Promise<Claimed> {
  const own = ownMark();
  const file = join(folder, nameOf(own));
  await mkdir(folder, { recursive: true });
  for (let attempt = 1; ; attempt += 1) {
    const created = await createOnly(file, own);
    const other = created ? await livingOther(folder, own) : own;
    if (other === undefined) return { kind: 'held', release: () => rm(file, { force: true }) };
    if (created) await rm(file, { force: true });
    if (attempt === attempts) return { kind: 'taken', by: other };
    await pause(10 + Math.random() * 40);
  }
}

const attempts = 5;

/** Whether a living process has claimed the folder, and which. */
export async function claimant(folder: string): Promise<ProcessMark | undefined> {
  const found = await readdir(folder).catch(() => []);
  return found.map(markIn).find((mark) => mark !== undefined && isAlive(mark));
}

/** A living process's claim besides our own; claims of dead ones are removed. */
async function livingOther(folder: string, own: ProcessMark): Promise<ProcessMark | undefined> {
  for (const name of await readdir(folder)) {
    const mark = markIn(name);
    if (mark === undefined || name === nameOf(own)) continue;
    if (isAlive(mark)) return mark;
    await rm(join(folder, name), { force: true });
  }
  return undefined;
}

function nameOf({ pid, startedAt }: ProcessMark): string {
  return `${pid}.${startedAt}`;
}

function markIn(name: string): ProcessMark | undefined {
  const [, pid, startedAt] = name.match(/^(\d+)\.(.+)$/) ?? [];
  return pid === undefined || startedAt === undefined ? undefined : { pid: Number(pid), startedAt };
}

/** False if this very process has the claim already. */
async function createOnly(file: string, own: ProcessMark): Promise<boolean> {
  try {
    await writeFile(file, `${JSON.stringify(own)}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
