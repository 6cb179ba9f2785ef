import { seededRandom, shuffledIndices } from '../../../core/random.ts';

export const watchVictims = [
  'pipeline worker',
  'trainer worker',
  'serving worker',
  'Temporal server',
  'whole up',
] as const;
export type WatchVictim = (typeof watchVictims)[number];

/** What goes on in the moment of a kill. */
export const watchMoments = ['watch', 'alert', 'notify', 'retrain'] as const;
export type WatchMoment = (typeof watchMoments)[number];

export interface WatchKill {
  readonly victim: WatchVictim;
  readonly during: WatchMoment;
  /** In [0, 1): how long after the moment has begun. */
  readonly draw: number;
}

/** Of the soak's kills those of one round, drawn from the seed: each victim in each moment comes once in twenty kills. */
export function watchKills(seed: number, round: number, kills: number): WatchKill[] {
  return Array.from({ length: kills }, (_, at) => {
    const place = round * kills + at;
    const random = seededRandom(Math.imul(seed, 0x9e3779b1) ^ place);
    const block = Math.floor(place / pairs.length);
    const order = shuffledIndices(pairs.length, seededRandom(Math.imul(seed, 0x85ebca6b) ^ block));
    const { victim, during } = pairs[order[place % pairs.length] ?? 0] ?? { victim: 'whole up', during: 'watch' };
    return { victim, during, draw: random.next() };
  });
}

const pairs = watchVictims.flatMap((victim) => watchMoments.map((during) => ({ victim, during })));

/** How each is known by its program and arguments. */
export const watchPatterns: Readonly<Record<Exclude<WatchVictim, 'whole up'>, RegExp>> = {
  'pipeline worker': /^\S*node\S* \S*whet\.[tj]s worker pipeline\b/,
  'trainer worker': /^\S*node\S* \S*whet\.[tj]s worker trainer\b/,
  'serving worker': /^\S*node\S* (?:--\S+ )*\S*whet\.[tj]s worker serving\b/,
  'Temporal server': /^\S*temporal\S* server start-dev\b/,
};
