import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { WhetError } from '../core/errors.ts';
import type { TrialRequest, TrialResult } from '../core/trial.ts';
import type { TrialOrder, TrialPlace, TrialReport } from './trialMessages.ts';

/** A child process that runs trials, one group of them after the other. */
export interface TrialChild {
  readonly pid: number | undefined;
  /** Resolves when the process is gone. */
  readonly exited: Promise<void>;
  alive(): boolean;
  run(requests: readonly TrialRequest[], hear: TrialEars): Promise<readonly TrialResult[]>;
  /** Ends the process at once and waits until it is gone: whatever it had finished is in the store. */
  kill(): Promise<void>;
}

/** What a child tells while it runs a group. */
export interface TrialEars {
  onProgress(steps: number, of: number): void;
  /** Training is over: the child takes the next group, and trains it when this one is validated. */
  onTrained(): void;
}

/** Starts a child. Its file is TypeScript beside the sources and JavaScript beside the build. */
export function spawnTrialChild(place: TrialPlace): TrialChild {
  const entry = fileURLToPath(new URL(`trialProcess${extension()}`, import.meta.url));
  // Without the parent's own flags: a debugger's port or a test runner's loader is not the child's.
  const child = fork(entry, { execArgv: [], serialization: 'advanced' });
  const gone = Promise.withResolvers<string>();
  let alive = true;
  const end = (how: string): void => {
    alive = false;
    gone.resolve(how);
  };
  child.once('exit', (code, signal) => end(signal === null ? `exit code ${code}` : `signal ${signal}`));
  // 'error' before a pid is a failed start, after which no exit comes; later ones are failed messages.
  child.once('error', (error) => (child.pid === undefined ? end(error.message) : child.kill('SIGKILL')));
  let orders = 0;
  return {
    pid: child.pid,
    exited: gone.promise.then(() => {}),
    alive: () => alive,
    run(requests, hear) {
      const id = orders++;
      const answer = Promise.withResolvers<readonly TrialResult[]>();
      const listen = (report: TrialReport): void => {
        if (report.id !== id) return;
        if ('results' in report) answer.resolve(report.results);
        else if ('error' in report) answer.reject(new WhetError(report.error.code, report.error.facts));
        else if ('trained' in report) hear.onTrained();
        else hear.onProgress(report.steps, report.of);
      };
      child.on('message', listen);
      gone.promise.then((how) => answer.reject(died(how)));
      child.send(
        { ...place, id, requests } satisfies TrialOrder,
        (error) => error && answer.reject(died(error.message)),
      );
      return answer.promise.finally(() => child.off('message', listen));
    },
    async kill() {
      child.kill('SIGKILL');
      await gone.promise;
    },
  };
}

function extension(): string {
  return import.meta.url.endsWith('.ts') ? '.ts' : '.js';
}

function died(how: string): WhetError {
  return new WhetError('trial.process-died', { expected: 'an answer of the child process', came: how });
}
