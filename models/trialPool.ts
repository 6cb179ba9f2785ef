import { availableParallelism } from 'node:os';
import { WhetError } from '../core/errors.ts';
import type { TrialRequest, TrialResult } from '../core/trial.ts';
import { type Flight, joinedFlight, type TrialRunOptions } from './flight.ts';
import { spawnTrialChild, type TrialChild } from './trialChild.ts';
import { trialKey } from './trialKey.ts';

export interface TrialPoolOptions {
  /** Where the store is that the children read and write: a folder, or an address such as `s3://bucket/prefix`. */
  readonly store: string;
  /** Folder of copies that a store elsewhere keeps on this machine. */
  readonly cacheFolder: string;
  /** The project's folder, in which its own learners lie; the current one when left out. */
  readonly folder?: string;
  /** Largest number of children; as many as cores when left out. */
  readonly processes?: number;
  /** Time between a trial's checkpoints; 2,000 when left out. A killed child loses about as much. */
  readonly checkpointEveryMs?: number;
  /** Told of each child. */
  readonly onSpawn?: (pid: number) => void;
}

/** Child processes that train groups of trials, one group at a time each, kept warm in between. */
export interface TrialPool {
  /**
   * The results of trials that may be trained side by side, in their order. What is in flight is joined, not started
   * again; the others fly together. Throws what `runTrials` throws, and `trial.process-died` when the child ended without
   * an answer.
   */
  run(requests: readonly TrialRequest[], options?: TrialRunOptions): Promise<TrialResult[]>;
  /** Children whose group is trained, and is validated and written at this moment: they take the next one already. */
  ending(): number;
  /** Is told whenever there is one more of them. */
  onEnding(listener: () => void): void;
  /** Ends all children and waits for their exit; trials in flight reject with `trial.process-died`. */
  close(): Promise<void>;
}

/** Opens a pool. Children are started when trials come, up to `processes`; further trials wait in order. */
export function openTrialPool(options: TrialPoolOptions): TrialPool {
  const { store, cacheFolder, folder = process.cwd(), processes, checkpointEveryMs = 2_000, onSpawn } = options;
  const most = Math.max(1, processes ?? availableParallelism());
  const flights = new Map<string, Flight>();
  const waiting: Flight[] = [];
  const idle: TrialChild[] = [];
  const ending = new Set<Flight>();
  const endingListeners: (() => void)[] = [];
  const living = new Set<TrialChild>();
  let closed = false;

  const run: TrialPool['run'] = async (requests, options = {}) => {
    options.signal?.throwIfAborted();
    if (closed) throw processDied('a pool that is closed');
    const byKey = new Map(requests.map((request) => [trialKey(request), request]));
    const grounded = [...byKey].filter(([key]) => !flights.has(key));
    if (grounded.length > 0) launch(grounded);
    const joined = new Set([...byKey.keys()].map((key) => flights.get(key) as Flight));
    // All are left before the first one's end is told.
    const ends = await Promise.allSettled([...joined].map((flight) => joinedFlight(flight, options, land)));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    const results = new Map(
      ends.flatMap((end) => (end.status === 'fulfilled' ? end.value : [])).map((result) => [result.key, result]),
    );
    return requests.map((request) => results.get(trialKey(request)) as TrialResult);
  };

  const launch = (trials: readonly (readonly [key: string, request: TrialRequest])[]): void => {
    const [keys, requests] = [trials.map(([key]) => key), trials.map(([, request]) => request)];
    const outcome: Flight['outcome'] = Promise.withResolvers();
    const flight: Flight = { keys, requests, outcome, watchers: new Set(), wanted: 0, followed: false };
    // Each caller has its own promise; this one may end without any of them left.
    flight.outcome.promise.catch(() => {});
    for (const key of keys) flights.set(key, flight);
    waiting.push(flight);
    startWaiting();
  };

  const startWaiting = (): void => {
    while (waiting.length > 0) {
      const child = idle.pop() ?? (living.size < most ? spawned() : soonFree());
      if (child === undefined) return;
      void fly(waiting.shift() as Flight, child);
    }
  };

  /** The child of a group that is ending, once; but while two of its groups are, it takes no third. */
  const soonFree = (): TrialChild | undefined => {
    const flight = [...ending].find(({ followed, child }) => !followed && endingOn(child).length === 1);
    if (flight !== undefined) flight.followed = true;
    return flight?.child;
  };

  const endingOn = (child: TrialChild | undefined): Flight[] => [...ending].filter((flight) => flight.child === child);

  const spawned = (): TrialChild => {
    const child = spawnTrialChild({ store, cacheFolder, folder, checkpointEveryMs });
    living.add(child);
    child.exited.then(() => {
      living.delete(child);
      if (idle.includes(child)) idle.splice(idle.indexOf(child), 1);
      if (!closed) startWaiting();
    });
    if (child.pid !== undefined) onSpawn?.(child.pid);
    return child;
  };

  const fly = async (flight: Flight, child: TrialChild): Promise<void> => {
    flight.child = child;
    const onProgress = (steps: number, of: number): void => {
      for (const watcher of flight.watchers) watcher(steps, of);
    };
    const onTrained = (): void => {
      ending.add(flight);
      startWaiting();
      for (const listener of endingListeners) listener();
    };
    try {
      flight.outcome.resolve(await child.run(flight.requests, { onProgress, onTrained }));
    } catch (error) {
      flight.outcome.reject(error);
    }
    forget(flight);
    ending.delete(flight);
    if (child.alive() && !closed && !flight.followed) idle.push(child);
    startWaiting();
  };

  /** Another flight may have a key by now. */
  const forget = (flight: Flight): void => {
    for (const key of flight.keys) if (flights.get(key) === flight) flights.delete(key);
  };

  /** The last caller has gone: the trials end, their child with them. What is only being written is written first. */
  const land = async (flight: Flight): Promise<void> => {
    if (!flight.keys.some((key) => flights.get(key) === flight)) return;
    forget(flight);
    if (waiting.includes(flight)) waiting.splice(waiting.indexOf(flight), 1);
    const written = endingOn(flight.child);
    await Promise.allSettled(written.map(({ outcome }) => outcome.promise));
    if (!written.includes(flight)) await flight.child?.kill();
  };

  const close = async (): Promise<void> => {
    closed = true;
    for (const flight of waiting.splice(0)) flight.outcome.reject(processDied('a pool that was closed'));
    await Promise.all([...living].map((child) => child.kill()));
  };

  return {
    run,
    ending: () => new Set([...ending].map(({ child }) => child)).size,
    onEnding: (listener) => void endingListeners.push(listener),
    close,
  };
}

function processDied(came: string): WhetError {
  return new WhetError('trial.process-died', { expected: 'a child process that runs the trial', came });
}
