import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
  readonly soak: 'kill';
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

interface Kept {
  readonly seed: number;
  readonly kills: number;
  readonly rounds: readonly KillRound[];
}

/** Kills a seeded victim at a seeded moment of each round's retrain, and holds each round to what must be true after it. */
export async function killSoak({ folder, rounds, kills, seed, report }: KillSoakOptions): Promise<SoakReport> {
  let kept = await keptOf(folder, { seed, kills, rounds: [] });
  while (kept.rounds.length < rounds) {
    const done = await killRound({ folder, round: kept.rounds.length, kills, seed, report });
    report(`round ${done.round}: ${done.seconds.toFixed(0)} s, ${done.violations.join('; ') || 'no violation'}`);
    kept = { ...kept, rounds: [...kept.rounds, done] };
    await keep(folder, kept);
  }
  return reportOf(kept);
}

async function keptOf(folder: string, fresh: Kept): Promise<Kept> {
  await mkdir(folder, { recursive: true });
  const text = await readFile(fileOf(folder), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return fresh;
  const kept: Kept = JSON.parse(text);
  if (kept.seed === fresh.seed && kept.kills === fresh.kills) return kept;
  throw new Error(
    `expected seed ${kept.seed} and ${kept.kills} kills a round, as in ${fileOf(folder)}, but came ${fresh.seed} and ${fresh.kills}`,
  );
}

async function keep(folder: string, kept: Kept): Promise<void> {
  await writeFile(`${fileOf(folder)}.new`, JSON.stringify(kept, null, 2));
  await rename(`${fileOf(folder)}.new`, fileOf(folder));
}

function fileOf(folder: string): string {
  return join(folder, 'soak.json');
}

function reportOf({ seed, rounds }: Kept): SoakReport {
  const killed = rounds.flatMap((round) => round.kills);
  const counts = victims.map((victim) => [victim, killed.filter((one) => one === victim).length]);
  return {
    soak: 'kill',
    seed,
    rounds: rounds.length,
    kills: Object.fromEntries(counts),
    missed: rounds.flatMap(({ missed }) => missed).length,
    gaveUp: rounds.flatMap(({ gaveUp }) => gaveUp).length,
    violations: rounds.flatMap(({ round, asOf, violations }) => violations.map((what) => ({ round, asOf, what }))),
    each: rounds,
  };
}
