import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/**
 * A path for something that is not to last, whose name tells which process it belongs to; a suffix begins with `.` or `-`. The first time that a process
 * asks for one in a folder, what processes that are gone left there is removed: nobody else would.
 */
export async function temporaryPath(folder: string, prefix = '', suffix = ''): Promise<string> {
  const place = `${folder}/${prefix}`;
  const sweeping = swept.get(place) ?? sweep(folder, prefix);
  swept.set(place, sweeping);
  await sweeping;
  return join(folder, `${prefix}${mark}${++count}${suffix}`);
}

const swept = new Map<string, Promise<void>>();
let count = 0;

const host = hostname().replace(/[^\w-]/g, '-');
const nonce = randomUUID().slice(0, 8);
const mark = `${host}~${process.pid}~${nonce}~`;

/** Of other machines, and of processes whose number another one has by now: nothing lives that long. */
const lastsAtMostMs = 2 * 86_400_000;

async function sweep(folder: string, prefix: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) {
    const place = join(folder, name);
    if (!name.startsWith(prefix) || !(await isLeftOver(name.slice(prefix.length), place))) continue;
    await rm(place, { recursive: true, force: true }).catch(unlessForbidden);
  }
}

async function isLeftOver(name: string, place: string): Promise<boolean> {
  const [, itsHost, pid, itsNonce] = /^([\w-]+)~(\d+)~([0-9a-f]{8})~\d+(?:[.-].*)?$/.exec(name) ?? [];
  if (pid === undefined || itsNonce === nonce) return false;
  if (itsHost === host && (Number(pid) === process.pid || !isAlive(Number(pid)))) return true;
  const changedMs = (await stat(place).catch(() => undefined))?.mtimeMs ?? Number.POSITIVE_INFINITY;
  return Date.now() - changedMs > lastsAtMostMs;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** In a folder that users share, others' things stay. */
function unlessForbidden(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPERM' && error.code !== 'EACCES') throw error;
}
