import { findSearchViolations } from './findViolations.ts';
import { keptRounds } from './keptRounds.ts';
import { type KillRound, killRound } from './killRound.ts';
import { type KillSoakOptions, killReport, type SoakReport } from './killSoak.ts';
import type { Victim } from './victims.ts';

const victims: readonly Victim[] = ['trial child', 'trainer worker', 'pipeline worker', 'Temporal server'];
const subject = { pipeline: 'soak-search', victims, find: findSearchViolations };

/**
 * Searches of two hundred trials under many kills each: of trainers, their children, the worker of workflows and
 * Temporal. Does as many rounds as it takes until `rounds` times `kills` have hit.
 */
export async function searchSoak({ folder, rounds, kills, seed, report }: KillSoakOptions): Promise<SoakReport> {
  const enough = (done: readonly KillRound[]): boolean => done.flatMap((round) => round.kills).length >= rounds * kills;
  const each = await keptRounds<KillRound>(folder, { seed, kills }, enough, async (round) => {
    const done = await killRound({ folder, round, kills, seed, report, subject });
    const hit = `${done.kills.length} kills hit, ${done.missed.length} came too late`;
    report(`round ${round}: ${done.seconds.toFixed(0)} s, ${hit}, ${done.violations.join('; ') || 'no violation'}`);
    return done;
  });
  return killReport('search', seed, each);
}
