import { type ServingProcess, startServing } from '../../../test/serving/servingProcess.ts';
import { freePorts } from '../../../workers/freePort.ts';
import type { Kill, Life } from './swapReport.ts';

/** Two serving processes on one state folder, at an address each. */
export interface SwapServers {
  readonly urls: readonly string[];
  /** Of those that live now. */
  pids(): number[];
  /** `kill -9`, and the start of another at the same address. Ends when that one answers. */
  kill(address: number): Promise<void>;
  readonly kills: readonly Kill[];
  lives(): Life[];
  /** Ends them in good order; gives what was wrong with that. */
  stop(): Promise<string[]>;
  /** At once. */
  dispose(): void;
}

export async function swapServers(state: string): Promise<SwapServers> {
  const ports = await freePorts(2);
  const start = (port: number): Promise<ServingProcess> => startServing(state, ['--port', String(port)]);
  const now: (ServingProcess | undefined)[] = await Promise.all(ports.map(start));
  const all = now.map((process, address) => ({ process, address }));
  const kills: Kill[] = [];
  const living = (): ServingProcess[] => now.filter((each) => each !== undefined);
  return {
    urls: ports.map((port) => `http://127.0.0.1:${port}`),
    pids: () => living().map(({ pid }) => pid),
    kills,
    async kill(address) {
      const victim = now[address];
      const killed = Date.now();
      now[address] = undefined;
      victim?.signal('SIGKILL');
      await victim?.ended;
      // Known before it is back: what fails until then is not held against it.
      const kill = { address, killed, back: Number.POSITIVE_INFINITY };
      kills.push(kill);
      const next = await start(ports[address] ?? 0);
      kill.back = Date.now();
      now[address] = next;
      all.push({ process: next, address });
    },
    lives: () =>
      all.flatMap(({ process, address }) =>
        process === undefined ? [] : [{ address, pid: process.pid, epochs: epochsOf(process.said) }],
      ),
    async stop() {
      for (const each of living()) each.signal('SIGTERM');
      const codes = await Promise.all(living().map(({ ended }) => ended));
      return codes.flatMap((code) => (code === 0 ? [] : [`a serving process ended with ${code} after SIGTERM`]));
    },
    dispose() {
      for (const each of living()) each.signal('SIGKILL');
    },
  };
}

function epochsOf(said: readonly string[]): number[] {
  return said.flatMap((line) => /: epoch (\d+) is in force/.exec(line)?.[1] ?? []).map(Number);
}
