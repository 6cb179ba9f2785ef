import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunRecord } from '../../core/run.ts';
import { hourMs, hourOf, hourStart } from '../../core/time.ts';
import { localDisk } from '../../storage/localDisk.ts';
import { type WhetCommand, whetCommand } from '../whetCommand.ts';
import { disturb } from './disturb.ts';
import { findViolations, type RoundFacts, startsOfTrials } from './findViolations.ts';
import { killAll, stateProcesses } from './stateProcesses.ts';
import { plannedKills, type Victim, victims } from './victims.ts';
import { writeSoakPipeline } from './writeSoakPipeline.ts';

export interface KillRoundOptions {
  /** Holds `pipelines/` and two state folders: `calm`, never disturbed, and `storm`. */
  readonly folder: string;
  /** Counted from 0: each stands at an hour of its own. */
  readonly round: number;
  readonly kills: number;
  readonly seed: number;
  readonly report: (line: string) => void;
  /** What is retrained, and what it is held to; the usual retraining when left out. */
  readonly subject?: SoakSubject;
}

export interface SoakSubject {
  readonly pipeline: string;
  readonly victims: readonly Victim[];
  find(facts: RoundFacts): Promise<string[]>;
}

export interface KillRound {
  readonly round: number;
  readonly asOf: string;
  readonly kills: readonly Victim[];
  /** Planned kills whose victim was no longer there. */
  readonly missed: readonly Victim[];
  /** What the command said when it ended badly without having been killed. */
  readonly gaveUp: readonly string[];
  readonly snapshot: string | null;
  readonly model: string | null;
  readonly seconds: number;
  readonly violations: readonly string[];
}

const retraining: SoakSubject = { pipeline: 'soak-flights', victims, find: findViolations };
const firstHour = hourStart('2001-03-15T12');
/** Starting Temporal and the workers, which the record of an undisturbed run does not count. */
const startUpMs = 4_000;

/** Retrains an hour while its processes are killed, then holds what is left to what an undisturbed run leaves. */
export async function killRound(options: KillRoundOptions): Promise<KillRound> {
  const { folder, round, kills, seed, report, subject = retraining } = options;
  const { pipeline } = subject;
  const asOf = hourOf(firstHour + round * hourMs);
  const [calm, state] = [join(folder, 'calm'), join(folder, 'storm')];
  await prepare(folder, [calm, state]);
  report(`round ${round}: ${asOf} undisturbed`);
  const undisturbed = await calmRecord(retrain(pipeline, folder, calm, asOf), asOf);
  const store = localDisk(join(state, 'store'));
  const before = await startsOfTrials(store);
  const started = performance.now();
  const plan = plannedKills(seed, round, kills, subject.victims);
  const start = () => retrain(pipeline, folder, state, asOf);
  const done = await disturb({ start, state, plan, ...timesOf(undisturbed), report });
  const seconds = (performance.now() - started) / 1_000;
  const { record, killed, missed, gaveUp } = done;
  const left = { store, pipeline, asOf, before, kills: killed.length, record, undisturbed };
  const found = await subject.find({ ...left, calm: localDisk(join(calm, 'store')) });
  const [snapshot, model] = [record?.snapshot?.id ?? null, record?.model?.digest ?? null];
  const violations = [...done.violations, ...found];
  return { round, asOf, kills: killed, missed, gaveUp, snapshot, model, seconds, violations };
}

/** What a soak that was interrupted left running ends here: it bears the name of these state folders. */
async function prepare(folder: string, states: readonly string[]): Promise<void> {
  await writeSoakPipeline(folder);
  for (const state of states) {
    await mkdir(state, { recursive: true });
    killAll(await stateProcesses(state));
  }
}

function retrain(pipeline: string, folder: string, state: string, asOf: string): WhetCommand {
  return whetCommand(['retrain', pipeline, '--as-of', asOf, '--json'], { folder, state });
}

async function calmRecord({ ended }: WhetCommand, asOf: string): Promise<RunRecord> {
  const { code, stdout, stderr } = await ended;
  if (code === 0) return JSON.parse(stdout);
  throw new Error(`an undisturbed run of ${asOf} ended with ${code}: ${stderr}`);
}

function timesOf({ stages, startedAt, endedAt }: RunRecord): { spanMs: number; searchMs: number } {
  const search = stages.find(({ name }) => name === 'search');
  return { spanMs: startUpMs + Date.parse(endedAt) - Date.parse(startedAt), searchMs: 1_000 * (search?.seconds ?? 0) };
}
