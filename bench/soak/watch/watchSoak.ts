import { join } from 'node:path';
import { keptRounds } from '../keptRounds.ts';
import { type WatchVictim, watchVictims } from './watchKills.ts';
import { type WatchRound, watchRound } from './watchRound.ts';
import { openReceiver } from './webhookReceiver.ts';

export interface WatchSoakOptions {
  /** Where it works and what it goes on from: rounds that are recorded in its `soak.json` are not run again. */
  readonly folder: string;
  readonly rounds: number;
  /** Of each round. */
  readonly kills: number;
  readonly seed: number;
  readonly report: (line: string) => void;
}

export interface WatchSoakReport {
  readonly soak: 'watch';
  readonly seed: number;
  readonly kills: Readonly<Record<WatchVictim, number>>;
  readonly notices: number;
  readonly messages: number;
  readonly resends: number;
  /** Runs in all. */
  readonly retrained: number;
  readonly violations: readonly { readonly round: number; readonly what: string }[];
  readonly each: readonly WatchRound[];
}

/** Every seventh message is answered as if the receiver were away, and comes again. */
const awayEvery = 7;

/** Watches a pipeline whose alerts fire and are over again and again, while any of its processes is killed. */
export async function watchSoak({ folder, rounds, kills, seed, report }: WatchSoakOptions): Promise<WatchSoakReport> {
  const answer = (before: number): number => (before % awayEvery === awayEvery - 1 ? 503 : 204);
  const receiver = await openReceiver({ key: Buffer.alloc(32, 7), answer, thinksMs: 300 });
  try {
    const isEnough = (done: readonly WatchRound[]): boolean => done.length >= rounds;
    const each = await keptRounds<WatchRound>(folder, { seed, kills }, isEnough, async (round) => {
      report(`round ${round}`);
      const done = await watchRound({ folder: join(folder, 'watched'), round, kills, seed, receiver, report });
      report(`round ${round}: ${done.seconds.toFixed(0)} s, ${done.violations.join('; ') || 'no violation'}`);
      return done;
    });
    return watchReport(seed, each);
  } finally {
    await receiver.close();
  }
}

function watchReport(seed: number, each: readonly WatchRound[]): WatchSoakReport {
  const killed = each.flatMap(({ kills }) => kills);
  const sum = (of: (round: WatchRound) => number): number => each.reduce((total, round) => total + of(round), 0);
  const counts = watchVictims.map((name) => [name, killed.filter(({ victim }) => victim === name).length]);
  return {
    ...{ soak: 'watch', seed, kills: Object.fromEntries(counts) },
    notices: sum(({ notices }) => notices),
    messages: sum(({ messages }) => messages),
    resends: sum(({ resends }) => resends),
    retrained: each.at(-1)?.retrained ?? 0,
    violations: each.flatMap(({ round, violations }) => violations.map((what) => ({ round, what }))),
    each,
  };
}
