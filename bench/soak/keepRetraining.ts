import type { RunRecord } from '../../core/run.ts';
import type { WhetCommand } from '../whetCommand.ts';

/** A command that is started again until it ends well. */
export interface KeptRetraining<Printed = RunRecord> {
  /** What it printed when it ended well; undefined once it was given up. */
  readonly record: Promise<Printed | undefined>;
  /** What it said each time it ended badly without having been killed by us. */
  readonly gaveUp: readonly string[];
  isOver(): boolean;
  /** Its next death by a signal is ours. */
  expectKill(): void;
  /** It is not started again. */
  abandon(): void;
}

const mostTries = 5;

export function keepRetraining<Printed = RunRecord>(start: () => WhetCommand): KeptRetraining<Printed> {
  const gaveUp: string[] = [];
  let [over, killExpected, abandoned] = [false, false, false];
  const untilDone = async (): Promise<Printed | undefined> => {
    while (gaveUp.length < mostTries && !abandoned) {
      const { code, signal, stdout, stderr } = await start().ended;
      if (code === 0) return JSON.parse(stdout);
      if (signal === 'SIGKILL' && killExpected) killExpected = false;
      else gaveUp.push(`${signal ?? `exit code ${code}`}: ${stderr.trim().split('\n').slice(-3).join(' / ')}`);
    }
    return undefined;
  };
  const record = untilDone().finally(() => {
    over = true;
  });
  return {
    record,
    gaveUp,
    isOver: () => over,
    expectKill: () => {
      killExpected = true;
    },
    abandon: () => {
      abandoned = true;
    },
  };
}
