import { signalProcess } from '../../../workers/signalProcess.ts';
import { type WhetCommand, whetCommand } from '../../whetCommand.ts';
import { killAll, type StateProcess, stateProcesses, survivors } from '../stateProcesses.ts';

/** `whet up` on a state folder, started again as soon as it was killed. */
export interface KeptUp {
  /** Kills it with all its processes' parent, and starts another once its processes have ended; those that have not are given. */
  killWhole(): Promise<StateProcess[]>;
  /** Ends it as Ctrl-C does. What it said comes back if it had ended by itself before. */
  stop(): Promise<string[]>;
}

export interface KeptUpOptions {
  readonly folder: string;
  readonly state: string;
  readonly args: readonly string[];
}

/** A killed tree ends itself within moments; Temporal's guard waits 10 s for it at most. */
const endsWithinMs = 15_000;

export function keepUp({ folder, state, args }: KeptUpOptions): KeptUp {
  const gaveUp: string[] = [];
  let [expected, running] = [false, start()];
  function start(): WhetCommand {
    const command = whetCommand(['up', ...args], { folder, state });
    void command.ended.then(({ code, signal, stderr }) => {
      if (!expected) gaveUp.push(`it ended by itself (${signal ?? code}): ${stderr.slice(-2_000)}`);
    });
    return command;
  }
  return {
    async killWhole() {
      const all = await stateProcesses(state);
      expected = true;
      signalProcess(running.pid, 'SIGKILL');
      await running.ended;
      const left = await survivors(all, endsWithinMs);
      killAll(left);
      expected = false;
      running = start();
      return left;
    },
    async stop() {
      expected = true;
      signalProcess(running.pid, 'SIGTERM');
      await running.ended;
      killAll(await survivors(await stateProcesses(state), endsWithinMs));
      return gaveUp;
    },
  };
}
