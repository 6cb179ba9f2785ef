import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ScoringOutcome, ScoringSummary } from '../../../core/scoring.ts';
import { openDatabase } from '../../../datasets/database.ts';
import { localDisk } from '../../../storage/localDisk.ts';
import { signalProcess } from '../../../workers/signalProcess.ts';
import { scoringAlone } from '../../scoringAlone.ts';
import { whetCommand } from '../../whetCommand.ts';
import { keepRetraining } from '../keepRetraining.ts';
import { killAll, stateProcesses, survivors } from '../stateProcesses.ts';
import { ofKind, plannedKills, type Victim } from '../victims.ts';
import { pipeline, writeScoreInput } from './writeScoreInput.ts';
import { outputDigests, type WrittenOnce, writtenOnce } from './writtenOnce.ts';

export interface ScoreRoundOptions {
  readonly folder: string;
  /** Counted from 0; rounds differ in who is killed when. */
  readonly round: number;
  readonly rows: number;
  readonly partitionRows: number;
  readonly kills: number;
  readonly seed: number;
  readonly report: (line: string) => void;
}

export interface ScoreRound {
  readonly round: number;
  readonly partitions: number;
  readonly kills: readonly Victim[];
  /** Planned kills whose victim was no longer there. */
  readonly missed: readonly Victim[];
  readonly gaveUp: readonly string[];
  readonly seconds: number;
  readonly violations: readonly string[];
}

const victims = ['pipeline worker', 'Temporal server', 'whole command'] as const;
const endsWithinMs = 15_000;

/** Scores the same files undisturbed and while processes are killed, and holds the one output to the other, byte by byte. */
export async function scoreRound(options: ScoreRoundOptions): Promise<ScoreRound> {
  const { round, report } = options;
  const folder = join(options.folder, `score-${round}`);
  const state = join(folder, '.whet');
  killAll(await stateProcesses(state));
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'pipelines'), { recursive: true });
  const calm = await undisturbed(folder, options);
  report(`round ${round}: ${calm.partitions} partitions, ${calm.rows} rows and ${calm.refused} refused, undisturbed`);
  const started = performance.now();
  const stormed = await disturbed(options, folder, state, calm.partitions);
  const seconds = (performance.now() - started) / 1_000;
  const left = await survivors(await stateProcesses(state), endsWithinMs);
  killAll(left);
  const violations = [
    ...stormed.violations,
    ...left.map(({ text }) => `still there after the round: ${text.split(' ').slice(0, 4).join(' ')}`),
    ...differing(calm, stormed.summary),
    ...(await differingFiles(join(folder, 'calm'), join(folder, 'storm'))),
  ];
  if (violations.length === 0) await rm(folder, { recursive: true, force: true });
  const { kills, missed, gaveUp } = stormed;
  return { round, partitions: calm.partitions, kills, missed, gaveUp, seconds, violations };
}

/** Makes the input and scores it into `calm` in this process, which nothing disturbs. */
export async function undisturbed(
  folder: string,
  { rows, partitionRows }: Pick<ScoreRoundOptions, 'rows' | 'partitionRows'>,
): Promise<ScoringOutcome> {
  const database = await openDatabase({ threads: 2, memoryLimitMb: 512, temporaryFolder: folder });
  const store = localDisk(join(folder, '.whet', 'store'));
  const ports = { database, folder, store, plans: new Map(), clock: () => 0 };
  const places = { in: await writeScoreInput(ports, rows), out: join(folder, 'calm') };
  const input = { pipeline, ...places, rows: partitionRows, version: '1', refuseAtMost: 1 };
  const { outcome } = await scoringAlone(ports, input);
  database.close();
  return outcome;
}

interface Stormed {
  readonly summary: ScoringSummary | undefined;
  readonly kills: readonly Victim[];
  readonly missed: readonly Victim[];
  readonly gaveUp: readonly string[];
  readonly violations: readonly string[];
}

/** Each kill comes when so many partitions are there; the command is started again whenever it died. */
async function disturbed(
  { round, kills, seed, partitionRows, report }: ScoreRoundOptions,
  folder: string,
  state: string,
  partitions: number,
): Promise<Stormed> {
  const output = join(folder, 'storm');
  const args = ['score', pipeline, join(folder, 'in'), output, '--rows', String(partitionRows)];
  const options = ['--version', '1', '--refuse-at-most', '1', '--json'];
  const scoring = keepRetraining<ScoringSummary>(() => whetCommand([...args, ...options], { folder, state }));
  const once = writtenOnce(output);
  const [killed, missed]: [Victim[], Victim[]] = [[], []];
  for (const { victim, at } of plannedKills(seed, round, kills, victims)) {
    await reached(once, Math.max(1, Math.floor(at * partitions)), scoring.isOver);
    const pid = await pidOf(state, victim, scoring.isOver);
    if (pid === undefined) {
      missed.push(victim);
      continue;
    }
    report(`  ${await once.look()} of ${partitions} partitions: kill -9 ${victim} (${pid})`);
    if (victim === 'whole command') scoring.expectKill();
    signalProcess(pid, 'SIGKILL');
    killed.push(victim);
  }
  const summary = await scoring.record;
  await once.look();
  return { summary, kills: killed, missed, gaveUp: scoring.gaveUp, violations: once.violations };
}

async function reached(once: WrittenOnce, partitions: number, isOver: () => boolean): Promise<void> {
  while (!isOver() && (await once.look()) < partitions) await pause(10);
}

async function pidOf(state: string, victim: Victim, isOver: () => boolean): Promise<number | undefined> {
  while (!isOver()) {
    const [found] = ofKind(await stateProcesses(state), victim);
    if (found !== undefined) return found.pid;
    await pause(20);
  }
  return undefined;
}

function differing(calm: ScoringOutcome, summary: ScoringSummary | undefined): string[] {
  if (summary === undefined) return ['the command never ended well'];
  const fields = ['partitions', 'rows', 'refused', 'manifest', 'others'] as const;
  return fields.flatMap((field) =>
    summary[field] === calm[field] ? [] : [`expected ${field} ${calm[field]}, but came ${summary[field]}`],
  );
}

async function differingFiles(calm: string, storm: string): Promise<string[]> {
  const [expected, came] = await Promise.all([outputDigests(calm), outputDigests(storm)]);
  const names = [...new Set([...expected.keys(), ...came.keys()])];
  return names.flatMap((name) =>
    expected.get(name) === came.get(name) ? [] : [`${name}: ${expected.get(name)} undisturbed, ${came.get(name)} here`],
  );
}
