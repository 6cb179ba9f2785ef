import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isAlive, markOf, type ProcessMark } from '../../workers/processMark.ts';
import { signalProcess } from '../../workers/signalProcess.ts';

const execute = promisify(execFile);

export interface StateProcess extends ProcessMark {
  /** Program, arguments and environment, as `ps` tells them. */
  readonly text: string;
}

/**
 * Every living process that works on a state folder, wherever it hangs in the tree: all of them inherit `WHET_STATE`
 * from the command that started them.
 */
export async function stateProcesses(state: string): Promise<StateProcess[]> {
  const withEnvironment = process.platform === 'darwin' ? ['-AEww'] : ['axeww'];
  const { stdout } = await execute('ps', [...withEnvironment, '-o', 'pid=,args='], { maxBuffer: 1 << 26 });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, text = ''] = line.match(/^\s*(\d+)\s+(.*)$/) ?? [];
    if (pid === undefined || !`${text} `.includes(`WHET_STATE=${state} `)) return [];
    const mark = markOf(Number(pid));
    return mark === undefined ? [] : [{ ...mark, text }];
  });
}

/** Those of the processes that still live after so long; returns at once when none does. */
export async function survivors<T extends ProcessMark>(marks: readonly T[], withinMs: number): Promise<T[]> {
  const until = performance.now() + withinMs;
  for (;;) {
    const living = marks.filter(isAlive);
    if (living.length === 0 || performance.now() >= until) return living;
    await pause(100);
  }
}

/** Ends processes at once, by pid and start time: a pid that another process has by now is left alone. */
export function killAll(marks: readonly ProcessMark[]): void {
  for (const mark of marks) if (isAlive(mark)) signalProcess(mark.pid, 'SIGKILL');
}
