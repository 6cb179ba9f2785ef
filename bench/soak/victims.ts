import { type Random, seededRandom, shuffledIndices } from '../../core/random.ts';
import type { StateProcess } from './stateProcesses.ts';

/** Whom a kill may hit. */
export type Victim = 'trial child' | 'trainer worker' | 'pipeline worker' | 'Temporal server' | 'whole command';

/** How each is known by its program and arguments. A guard's shell has Temporal's arguments too, after its script. */
const patterns: Readonly<Record<Victim, RegExp>> = {
  'trial child': /^\S*node\S* \S*trialProcess\.[tj]s\b/,
  'trainer worker': /^\S*node\S* \S*whet\.[tj]s worker trainer\b/,
  'pipeline worker': /^\S*node\S* \S*whet\.[tj]s worker pipeline\b/,
  'Temporal server': /^\S*temporal\S* server start-dev\b/,
  'whole command': /^\S*node\S* \S*whet\.[tj]s (retrain|score)\b/,
};

export const victims = Object.keys(patterns) as Victim[];

export interface PlannedKill {
  readonly victim: Victim;
  /** When, as a share of the time that an undisturbed run takes. */
  readonly at: number;
  /** A draw in [0, 1): which of several trial children, and how long after the first is seen. */
  readonly draw: number;
}

/** At the very end of a run there is hardly anything left to kill, and the trials have ended before that. */
const lastMoments: Readonly<Record<Victim, number>> = {
  'trial child': 0.5,
  'trainer worker': 0.9,
  'pipeline worker': 0.9,
  'Temporal server': 0.9,
  'whole command': 0.9,
};

/** The kills of a round, drawn from the seed: as many in a row as there are victims hit each once, spread over the run. */
export function plannedKills(
  seed: number,
  round: number,
  kills: number,
  among: readonly Victim[] = victims,
): PlannedKill[] {
  const random = seededRandom(drawn(seed, 1, round));
  return Array.from({ length: kills }, (_, k) => {
    const victim = victimAt(seed, round * kills + k, among);
    return { victim, at: (lastMoments[victim] * (k + random.next())) / kills, draw: random.next() };
  }).sort((a, b) => a.at - b.at);
}

/** The living processes of a kind. */
export function ofKind(processes: readonly StateProcess[], victim: Victim): StateProcess[] {
  return processes.filter(({ text }) => patterns[victim].test(text));
}

/** All that must end when a victim is killed. */
export function doomedWith(
  victim: Victim,
  killed: StateProcess,
  all: readonly StateProcess[],
): readonly StateProcess[] {
  if (victim === 'whole command') return all;
  return victim === 'trainer worker' ? [killed, ...ofKind(all, 'trial child')] : [killed];
}

function victimAt(seed: number, place: number, among: readonly Victim[]): Victim {
  const block = Math.floor(place / among.length);
  const order = shuffledIndices(among.length, seededRandom(drawn(seed, 2, block)));
  return among[order[place % among.length] ?? 0] ?? 'whole command';
}

/** A seed of its own for each use. */
function drawn(seed: number, use: number, place: number): number {
  const random: Random = seededRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(use, 0x85ebca6b) ^ place);
  return random.below(2 ** 31);
}
