import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { addedCounts, type DriftCounts, driftCounts } from './drift/driftCounts.ts';
import { type InjectedDrift, noDrift } from './drift/driftWorld.ts';
import { keptRounds } from './keptRounds.ts';

export interface DriftSoakOptions {
  readonly folder: string;
  /** Each of 1,000 windows without drift per number of rows, and 50 with each drift. */
  readonly rounds: number;
  readonly seed: number;
  readonly report: (line: string) => void;
}

/** Rows of a window, and of the reference, which is a sample as well. */
export const windowRows = [100, 1_000, 10_000] as const;
export const referenceRows = 5_000;

/** What is put into windows, by what a person would call it. */
export const injected: Readonly<Record<string, InjectedDrift>> = {
  'numbers up by 0.1 standard deviations': { ...noDrift, shift: 0.1 },
  'numbers up by 0.3': { ...noDrift, shift: 0.3 },
  'numbers up by 1': { ...noDrift, shift: 1 },
  '2 % of rows to one category': { ...noDrift, moved: 0.02 },
  '10 % of rows to one category': { ...noDrift, moved: 0.1 },
  '1 % more missing': { ...noDrift, missing: 0.01 },
  '5 % more missing': { ...noDrift, missing: 0.05 },
  '1 % of a new category': { ...noDrift, unseen: 0.01 },
  '5 % of a new category': { ...noDrift, unseen: 0.05 },
};

/** By rows of a window. */
export interface DriftRound {
  readonly quiet: Readonly<Record<string, DriftCounts>>;
  /** And by drift. */
  readonly drifted: Readonly<Record<string, Readonly<Record<string, DriftCounts>>>>;
}

/** Simulates windows with and without drift, a round on each core: rounds that are kept once they are done. */
export async function driftSoak({ folder, rounds, seed, report }: DriftSoakOptions): Promise<DriftRound> {
  const begun = new Map<number, Promise<DriftRound>>();
  const done = await keptRounds<DriftRound>(
    folder,
    { soak: 'drift', seed },
    (kept) => kept.length >= rounds,
    async (round) => {
      for (let next = round; next < Math.min(rounds, round + availableParallelism()); next += 1) {
        begun.set(next, begun.get(next) ?? onThread({ seed: seed + next * 1_000_003, windows: 1_000 }));
      }
      const simulated = await begun.get(round);
      if (simulated === undefined) throw new Error(`expected round ${round} to have begun`);
      report(`drift: ${round + 1} of ${rounds} rounds`);
      return simulated;
    },
  );
  return addedRounds(done.slice(0, rounds));
}

export interface DriftRoundOrder {
  readonly seed: number;
  readonly windows: number;
}

function onThread(order: DriftRoundOrder): Promise<DriftRound> {
  const { promise, resolve, reject } = Promise.withResolvers<DriftRound>();
  const thread = new Worker(new URL('drift/driftThread.ts', import.meta.url), { workerData: order });
  thread.once('message', resolve).once('error', reject);
  return promise;
}

/** As many windows without drift, and a twentieth of them with each drift. */
export function driftRound(seed: number, windows: number, rows: readonly number[] = windowRows): DriftRound {
  const drifts = Object.entries(injected);
  const counted = (drift: InjectedDrift, window: number, at: number, many: number): DriftCounts =>
    driftCounts(seed + window * 31 + at, many, { reference: referenceRows, window }, drift);
  const quiet = rows.map((window) => [window, counted(noDrift, window, 0, windows)]);
  const drifted = rows.map((window) => {
    const each = drifts.map(([name, drift], at) => [name, counted(drift, window, at + 1, Math.ceil(windows / 20))]);
    return [window, Object.fromEntries(each)];
  });
  return { quiet: Object.fromEntries(quiet), drifted: Object.fromEntries(drifted) };
}

function addedRounds(rounds: readonly DriftRound[]): DriftRound {
  const quiet = windowRows.map((rows) => [rows, addedCounts(rounds.flatMap((round) => round.quiet[rows] ?? []))]);
  const drifted = windowRows.map((rows) => {
    const each = Object.keys(injected).map((name) => {
      return [name, addedCounts(rounds.flatMap((round) => round.drifted[rows]?.[name] ?? []))];
    });
    return [rows, Object.fromEntries(each)];
  });
  return { quiet: Object.fromEntries(quiet), drifted: Object.fromEntries(drifted) };
}
