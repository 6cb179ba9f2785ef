import { readFile } from 'node:fs/promises';

/** Most memory that a process had resident, MB; undefined once it is gone. Linux alone tells another process's. */
export async function peakMb(pid: number): Promise<number | undefined> {
  const told = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(told)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1_024;
}
