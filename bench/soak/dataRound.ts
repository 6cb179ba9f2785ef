import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Random, seededRandom } from '../../core/random.ts';
import type { S3Server } from '../../test/storage/s3Server.ts';
import type { DataChildInput } from './dataChild.ts';
import { sourceKinds } from './dataPipeline.ts';
import { findDataViolations } from './findDataViolations.ts';
import { type DataChildEnd, type DataDone, runDataChild } from './runDataChild.ts';

/** Whom a kill hits: the process at work, or the server of its store. */
export type DataVictim = 'worker' | 'S3 server';

export interface DataRoundOptions {
  /** Holds the sources; a state folder for each round is made in it, and removed. */
  readonly folder: string;
  /** Counted from 0. */
  readonly round: number;
  readonly kills: number;
  readonly seed: number;
  /** The store's server; undefined for one on the disk. */
  readonly server: S3Server | undefined;
  /** What an undisturbed process made of the same sources. */
  readonly calm: DataDone;
  readonly report: (line: string) => void;
}

export interface DataRound {
  readonly round: number;
  readonly store: 'disk' | 's3';
  readonly kind: string;
  readonly kills: readonly DataVictim[];
  /** How often a process ended badly by itself, as its store was gone, and was started again. */
  readonly gaveUp: number;
  readonly seconds: number;
  readonly violations: readonly string[];
}

/** The kind of source that a round has. */
export function kindOfRound(round: number) {
  return sourceKinds[round % sourceKinds.length] ?? 'parquet';
}

/** Does the data stages from nothing while they are killed, and holds what is left to what an undisturbed process leaves. */
export async function dataRound(options: DataRoundOptions): Promise<DataRound> {
  const { folder, round, kills, seed, server, calm, report } = options;
  const started = performance.now();
  const random = seededRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(round + 1, 0x85ebca6b));
  const state = join(folder, `round-${round}`);
  await rm(state, { recursive: true, force: true });
  const input: DataChildInput = {
    ...{ folder, state, kind: kindOfRound(round) },
    store: server?.location() ?? join(state, 'store'),
  };
  const ends: DisturbedEnd[] = [];
  while (ends.length < kills && ends.at(-1)?.end.kind !== 'done') {
    ends.push(await disturbed(input, { random, server, calm, share: 1 / kills }));
  }
  const last = await completed(input);
  const failures = [...ends.map(({ end }) => end), ...last.failures].filter((end) => end.kind === 'failed');
  const violations = [
    ...failures.filter(({ said }) => !isStoreGone(said)).map(({ said }) => `ended by itself: ${lastLines(said)}`),
    ...(await findDataViolations(input, last.done, calm)),
  ];
  if (violations.length === 0) await rm(state, { recursive: true, force: true });
  const hit = ends.flatMap(({ victim }) => (victim === undefined ? [] : [victim]));
  const seconds = (performance.now() - started) / 1_000;
  const store = server === undefined ? 'disk' : 's3';
  report(
    `round ${round} (${input.kind} on ${store}): ${hit.length} kills, ${seconds.toFixed(1)} s, ${violations.length} violations`,
  );
  return { round, store, kind: input.kind, kills: hit, gaveUp: failures.length, seconds, violations };
}

interface Kill {
  readonly random: Random;
  readonly server: S3Server | undefined;
  readonly calm: DataDone;
  /** Of all the work: each kill comes within so much of it, so that all of them find something at work. */
  readonly share: number;
}

interface DisturbedEnd {
  readonly end: DataChildEnd;
  /** Who was killed; undefined where the work was done before. */
  readonly victim: DataVictim | undefined;
}

/** One process: killed at a moment, killed at one of its writes, or robbed of its server, and often killed after that. */
async function disturbed(input: DataChildInput, { random, server, calm, share }: Kill): Promise<DisturbedEnd> {
  const [what, draw] = [random.next(), random.next()];
  const byWrite = what < 0.4;
  const write = 1 + Math.floor(draw * share * calm.writes);
  const when = random.next() < 0.5 ? 'before' : 'after';
  const child = await runDataChild(byWrite ? { ...input, killAt: { write, when } } : input);
  if (byWrite) return killedOf(await child.ended);
  await child.ready;
  await Promise.race([pause(draw * share * calm.workedMs), child.ended]);
  if (server === undefined || what < 0.7) {
    child.kill();
    return killedOf(await child.ended);
  }
  await server.kill();
  await Promise.race([pause(100 + 1_500 * random.next()), child.ended]);
  await server.restart();
  // Now and then it has to go on by itself; else it is killed as it does.
  if (random.next() < 0.7) {
    await Promise.race([pause(draw * share * calm.workedMs), child.ended]);
    child.kill();
  }
  return { end: await child.ended, victim: 'S3 server' };
}

function killedOf(end: DataChildEnd): DisturbedEnd {
  return { end, victim: end.kind === 'killed' ? 'worker' : undefined };
}

const mostTries = 5;

/** The next start, which nothing disturbs: it cleans up after the others, and ends well. */
async function completed(input: DataChildInput): Promise<{ done: DataDone | undefined; failures: DataChildEnd[] }> {
  const failures: DataChildEnd[] = [];
  while (failures.length < mostTries) {
    const end = await (await runDataChild(input)).ended;
    if (end.kind === 'done') return { done: end, failures };
    failures.push(end);
  }
  return { done: undefined, failures };
}

/** What Temporal would try again. */
function isStoreGone(said: string): boolean {
  return said.includes('storage.unreachable');
}

function lastLines(said: string): string {
  return said.trim().split('\n').slice(-8).join(' / ');
}
