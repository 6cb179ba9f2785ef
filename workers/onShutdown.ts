/** One thing to stop. Steps are stopped one after the other, in order: first what takes work, last what carries it. */
export interface ShutdownStep {
  readonly name: string;
  stop(): Promise<void>;
  /** Ends it at once, whatever it is doing. Must not wait. */
  kill?(): void;
}

export interface Shutdown {
  /** Stops as the first signal does, and exits with this code (or 1 where a step failed). */
  now(exitCode: number): Promise<void>;
  /** Whether the stop has begun. */
  begun(): boolean;
  /** Takes the signal handlers away again. */
  dispose(): void;
}

export interface ShutdownOptions {
  /** Read when the stop begins, so that what was started meanwhile is stopped too. */
  readonly steps: () => readonly ShutdownStep[];
  readonly report: (line: string) => void;
  readonly exit?: (code: number) => void;
  /** Signals closer together than this are one: npm sends its own copy of the terminal's Ctrl-C. */
  readonly sameSignalMs?: number;
}

/**
 * Handles Ctrl-C, SIGTERM and a closed terminal. The first signal stops all steps in order, once, and exits with 0;
 * the second kills them all at once and exits with 130.
 */
export function onShutdown({ steps, report, exit = process.exit, sameSignalMs = 400 }: ShutdownOptions): Shutdown {
  let stopping:
    | { readonly steps: readonly ShutdownStep[]; readonly since: number; readonly done: Promise<void> }
    | undefined;
  const begin = (exitCode: number): Promise<void> => {
    if (stopping !== undefined) return stopping.done;
    const now = steps();
    const done = stopInOrder(now, report).then((failed) => exit(failed ? 1 : exitCode));
    stopping = { steps: now, since: performance.now(), done };
    return done;
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stopping === undefined) {
      report(signal === 'SIGINT' ? 'stopping; press Ctrl-C again to end at once' : `stopping on ${signal}`);
      void begin(0);
    } else if (performance.now() - stopping.since > sameSignalMs) {
      report('ending at once');
      killAll(stopping.steps, report);
      exit(130);
    }
  };
  for (const signal of signals) process.on(signal, onSignal);
  const dispose = (): void => {
    for (const signal of signals) process.off(signal, onSignal);
  };
  return { now: begin, begun: () => stopping !== undefined, dispose };
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A step that fails is told and does not keep the others from being stopped. */
async function stopInOrder(steps: readonly ShutdownStep[], report: (line: string) => void): Promise<boolean> {
  let failed = false;
  for (const step of steps) {
    await step.stop().catch((error: unknown) => {
      failed = true;
      report(`${step.name} did not stop: ${String(error)}`);
    });
  }
  return failed;
}

function killAll(steps: readonly ShutdownStep[], report: (line: string) => void): void {
  for (const step of steps) {
    try {
      step.kill?.();
    } catch (error) {
      report(`${step.name} could not be killed: ${String(error)}`);
    }
  }
}
