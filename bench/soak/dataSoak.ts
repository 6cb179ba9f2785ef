import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceKind } from '../../core/contractPlan.ts';
import { findVersitygw } from '../../test/storage/findVersitygw.ts';
import { type S3Server, startS3Server } from '../../test/storage/s3Server.ts';
import { type DataRound, type DataVictim, dataRound, kindOfRound } from './dataRound.ts';
import { keptRounds } from './keptRounds.ts';
import { type DataDone, runDataChild } from './runDataChild.ts';
import { writeDataSources } from './writeDataSources.ts';

export interface DataSoakOptions {
  /** Where it works and what it goes on from: rounds that are recorded in its `soak.json` are not done again. */
  readonly folder: string;
  readonly rounds: number;
  /** Of each round. A kill that came too late is made up for by further rounds. */
  readonly kills: number;
  readonly seed: number;
  readonly store: 'disk' | 's3' | 'both';
  readonly report: (line: string) => void;
}

export interface DataSoakReport {
  readonly soak: 'data';
  readonly seed: number;
  readonly store: DataSoakOptions['store'];
  readonly rounds: number;
  readonly kills: Readonly<Record<DataVictim, number>>;
  /** How often a process ended badly by itself, as its store was gone. */
  readonly gaveUp: number;
  readonly violations: readonly { readonly round: number; readonly what: string }[];
  readonly each: readonly DataRound[];
}

/** Kills the data stages, and on S3 the store's server, at seeded moments; each round is held to what must be true after it. */
export async function dataSoak(options: DataSoakOptions): Promise<DataSoakReport> {
  const { folder, rounds, kills, seed, store, report } = options;
  await mkdir(folder, { recursive: true });
  await writeDataSources(folder);
  const calm = calmRuns(folder, report);
  const server = store === 'disk' ? undefined : await serverOf();
  try {
    const each = await keptRounds<DataRound>(
      folder,
      { seed, kills, store },
      (done) => done.length >= rounds && done.flatMap((round) => round.kills).length >= rounds * kills,
      async (round) => {
        const shared = { folder, round, kills, seed, calm: await calm(kindOfRound(round)), report };
        return dataRound({ ...shared, server: store === 'both' && round % 2 === 0 ? undefined : server });
      },
    );
    return reportOf(options, each);
  } finally {
    await server?.stop();
  }
}

/** What an undisturbed process makes of a kind of source, on the disk: asked for once, whatever the rounds. */
function calmRuns(folder: string, report: (line: string) => void): (kind: SourceKind) => Promise<DataDone> {
  const calm = new Map<SourceKind, Promise<DataDone>>();
  return (kind) => {
    const run = calm.get(kind) ?? calmRun(folder, kind, report);
    calm.set(kind, run);
    return run;
  };
}

/** Throws if it does not end well: then nothing that is killed would. */
export async function calmRun(folder: string, kind: SourceKind, report: (line: string) => void): Promise<DataDone> {
  const state = join(folder, `calm-${kind}`);
  await rm(state, { recursive: true, force: true });
  const end = await (await runDataChild({ folder, state, store: join(state, 'store'), kind })).ended;
  if (end.kind !== 'done') throw new Error(`an undisturbed process ended badly: ${JSON.stringify(end)}`);
  report(`${kind} undisturbed: ${(end.workedMs / 1_000).toFixed(1)} s, ${end.writes} writes`);
  return end;
}

async function serverOf(): Promise<S3Server> {
  const binary = await findVersitygw();
  if (binary === undefined) throw new Error('expected an S3 server to kill, but there is none; try --store disk');
  return startS3Server(binary);
}

function reportOf({ seed, store }: DataSoakOptions, each: readonly DataRound[]): DataSoakReport {
  const killed = each.flatMap(({ kills }) => kills);
  const count = (victim: DataVictim): number => killed.filter((one) => one === victim).length;
  return {
    ...{ soak: 'data', seed, store, rounds: each.length },
    kills: { worker: count('worker'), 'S3 server': count('S3 server') },
    gaveUp: each.reduce((sum, { gaveUp }) => sum + gaveUp, 0),
    violations: each.flatMap(({ round, violations }) => violations.map((what) => ({ round, what }))),
    each,
  };
}
