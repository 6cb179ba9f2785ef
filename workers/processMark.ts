import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Names one process for good. A pid alone does not: the system gives it to another process later, and a state folder
 * outlives many of them.
 */
export interface ProcessMark {
  readonly pid: number;
  /** When it started, in the system's own words: to be compared, not read. */
  readonly startedAt: string;
}

/** The mark of a living process, or undefined if there is none with that pid (one that ended, but was not yet reaped, is none). */
export function markOf(pid: number): ProcessMark | undefined {
  const startedAt = process.platform === 'linux' ? startFromProc(pid) : startFromPs(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

/** The mark of this process. */
export function ownMark(): ProcessMark {
  return markOf(process.pid) ?? { pid: process.pid, startedAt: 'unknown' };
}

export function isAlive({ pid, startedAt }: ProcessMark): boolean {
  return markOf(pid)?.startedAt === startedAt;
}

/** Field 22 of /proc/<pid>/stat: clock ticks between boot and start. With the boot's id, so that a reboot is seen. */
function startFromProc(pid: number): string | undefined {
  const stat = unlessAbsent(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  if (stat === undefined) return undefined;
  // The name in parentheses may hold spaces; what follows the last parenthesis is field 3 and on.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, ticks] = [fields[0], fields[19]];
  if (state === 'Z' || state === 'X' || ticks === undefined) return undefined;
  return `${bootId()}-${ticks}`;
}

function bootId(): string {
  return unlessAbsent(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim().slice(0, 8)) ?? 'boot';
}

function startFromPs(pid: number): string | undefined {
  const ran = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { env: { ...process.env, LC_ALL: 'C' } });
  if (ran.error !== undefined) throw ran.error;
  const [, state, start] =
    ran.stdout
      .toString()
      .trim()
      .match(/^(\S+)\s+(.+)$/) ?? [];
  return state === undefined || state.startsWith('Z') ? undefined : start?.replace(/\W+/g, '-');
}

function unlessAbsent<T>(reading: () => T): T | undefined {
  try {
    return reading();
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return undefined;
    throw error;
  }
}
