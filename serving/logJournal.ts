import { mkdir, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { ObjectStore } from '../storage/objectStore.ts';
import { createOnce } from './createOnce.ts';
import { segmentKey } from './logSegment.ts';

/** Where processes of this machine write their prediction log through to: a folder for each, named by who it is. */
export function journalFolder(journal: string, session: string): string {
  return join(journal, `${host}~${process.pid}~${session}`);
}

/** Says that the folder's process lives. */
export async function touchJournal(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const now = new Date();
  await utimes(folder, now, now);
}

/** Nothing is left in it. */
export async function dropJournal(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/**
 * Writes to the store what processes that died left in the journal, and gives how many rows that were. Each segment is an
 * object whose name holds its digest: one that was written already, by the dead or by another who finds it, is not written
 * twice. A line that was cut off by the death is dropped.
 */
export async function shipLeftovers(store: ObjectStore, journal: string, session: string): Promise<number> {
  let rows = 0;
  for (const name of await namesIn(journal)) {
    const folder = join(journal, name);
    if (name.endsWith(`~${session}`) || !(await isLeft(name, folder))) continue;
    for (const file of await namesIn(folder, true)) rows += await shipSegment(store, folder, file);
    await rm(folder, { recursive: true, force: true });
  }
  return rows;
}

/** Below it: `<pipeline>/<hour>/<session>-<number>.ndjson`. */
async function shipSegment(store: ObjectStore, folder: string, file: string): Promise<number> {
  const [, pipeline = '', hour = '', name = ''] = /^([^/]+)\/([^/]+)\/([^/]+)\.ndjson$/.exec(file) ?? [];
  const held = name === '' ? undefined : await readFile(join(folder, file)).catch(unlessGone);
  const bytes = held?.subarray(0, held.lastIndexOf(newline) + 1) ?? Buffer.alloc(0);
  if (bytes.length === 0) return 0;
  const key = segmentKey(pipeline, hour, name, bytes);
  const created = await createOnce(store, key, bytes);
  await rm(join(folder, file), { force: true });
  return created ? bytes.reduce((lines, byte) => lines + (byte === newline ? 1 : 0), 0) : 0;
}

const newline = 0x0a;

const host = hostname().replace(/[^\w-]/g, '-');

/** A process that lives touches its folder every second. Another machine's number says nothing here. */
const untouchedMs = 3_600_000;

async function isLeft(name: string, folder: string): Promise<boolean> {
  const [, itsHost, pid] = /^([\w-]+)~(\d+)~/.exec(name) ?? [];
  if (pid === undefined) return false;
  if (itsHost === host && (Number(pid) === process.pid || !isAlive(Number(pid)))) return true;
  const changedMs = (await stat(folder).catch(unlessGone))?.mtimeMs ?? Number.POSITIVE_INFINITY;
  return Date.now() - changedMs > untouchedMs;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function namesIn(folder: string, recursive = false): Promise<string[]> {
  return (await readdir(folder, { recursive }).catch(unlessGone)) ?? [];
}

/** Another process has just done the same. */
function unlessGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
