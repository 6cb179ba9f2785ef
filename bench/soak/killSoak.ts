import { keptRounds } from './keptRounds.ts';
import { type KillRound, killRound } from './killRound.ts';
import { type Victim, victims } from './victims.ts';

export interface KillSoakOptions {
  /** Where it works and what it goes on from: rounds that are recorded in its `soak.json` are not run again. */
  readonly folder: string;
  readonly rounds: number;
  /** Of each round. */
  readonly kills: number;
  readonly seed: number;
  readonly report: (line: string) => void;
}

export interface SoakReport {
  readonly soak: 'kill' | 'search';
  readonly seed: number;
  readonly rounds: number;
  readonly kills: Readonly<Record<Victim, number>>;
  /** Planned kills whose victim had ended before. */
  readonly missed: number;
  /** How often the command ended badly by itself and had to be started again. */
  readonly gaveUp: number;
  readonly violations: readonly { readonly round: number; readonly asOf: string; readonly what: string }[];
  readonly each: readonly KillRound[];
}

/** Kills a seeded victim at a seeded moment of each round's retrain, and holds each round to what must be true after it. */
export async function killSoak({ folder, rounds, kills, seed, report }: KillSoakOptions): Promise<SoakReport> {
  const enough = (done: readonly KillRound[]): boolean => done.length >= rounds;
  const each = await keptRounds<KillRound>(folder, { seed, kills }, enough, async (round) => {
    const done = await killRound({ folder, round, kills, seed, report });
    report(`round ${done.round}: ${done.seconds.toFixed(0)} s, ${done.violations.join('; ') || 'no violation'}`);
    return done;
  });
  return killReport('kill', seed, each);
}

/** What rounds of kills amount to. */
export function killReport(soak: SoakReport['soak'], seed: number, rounds: readonly KillRound[]): SoakReport {
  const killed = rounds.flatMap((round) => round.kills);
  const counts = victims.map((victim) => [victim, killed.filter((one) => one === victim).length]);
  return {
    soak,
    seed,
    rounds: rounds.length,
    kills: Object.fromEntries(counts),
    missed: rounds.flatMap(({ missed }) => missed).length,
    gaveUp: rounds.flatMap(({ gaveUp }) => gaveUp).length,
    violations: rounds.flatMap(({ round, asOf, violations }) => violations.map((what) => ({ round, asOf, what }))),
    each: rounds,
  };
}
