import { keptRounds } from '../keptRounds.ts';
import type { Victim } from '../victims.ts';
import { type ScoreRound, scoreRound } from './scoreRound.ts';

export interface ScoreSoakOptions {
  /** Where it works and what it goes on from: rounds that are recorded in its `soak.json` are not done again. */
  readonly folder: string;
  readonly rounds: number;
  /** Of each round. */
  readonly kills: number;
  /** Of each round. */
  readonly rows: number;
  readonly seed: number;
  readonly report: (line: string) => void;
}

export interface ScoreSoakReport {
  readonly soak: 'score';
  readonly seed: number;
  readonly rows: number;
  readonly kills: Readonly<Partial<Record<Victim, number>>>;
  readonly missed: number;
  readonly gaveUp: number;
  readonly each: readonly ScoreRound[];
  readonly violations: readonly string[];
}

/** Some hundred partitions of a round, so that there is always one under way. */
const partitionsOfRound = 100;

/** Scores files while workers, Temporal and the command itself are killed. */
export async function scoreSoak({
  folder,
  rounds,
  kills,
  rows,
  seed,
  report,
}: ScoreSoakOptions): Promise<ScoreSoakReport> {
  const each = await keptRounds<ScoreRound>(
    folder,
    { seed, kills, rows },
    (done) => done.length >= rounds,
    (round) =>
      scoreRound({ folder, round, rows, partitionRows: Math.ceil(rows / partitionsOfRound), kills, seed, report }),
  );
  const killed = Map.groupBy(
    each.flatMap((round) => round.kills),
    (victim) => victim,
  );
  return {
    ...{ soak: 'score', seed, rows },
    kills: Object.fromEntries([...killed].map(([victim, all]) => [victim, all.length])),
    missed: each.reduce((sum, { missed }) => sum + missed.length, 0),
    gaveUp: each.reduce((sum, { gaveUp }) => sum + gaveUp.length, 0),
    each,
    violations: each.flatMap(({ round, violations }) => violations.map((what) => `round ${round}: ${what}`)),
  };
}
