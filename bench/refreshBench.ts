import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunRecord } from '../core/run.ts';
import { hourMs, hourOf, hourStart } from '../core/time.ts';
import { type Database, openDatabase } from '../datasets/database.ts';
import type { Bench, BenchFigure } from './harness.ts';
import { pooled, type Scored, scoredHours } from './refresh/scoredHours.ts';
import { whetCommand } from './whetCommand.ts';

const folder = join(import.meta.dirname, 'refresh');
const whetFile = join(import.meta.dirname, '../cli/whet.ts');
const pipeline = 'flight-delays';

/** A weekday's noon and evening, a snowy morning, a day of summer. */
const dates = ['2001-02-05T06', '2001-03-15T12', '2001-04-20T15', '2001-05-28T09'] as const;

/** Hours since the weights were trained: from, up to. */
const ages = [
  [1, 3],
  [3, 6],
  [6, 12],
] as const;
const last = 12;
/** The hour at which another model is trained, to compare both with. */
const anew = 6;

const times = ['retrain, first', 'refresh', 'refresh, nothing new', `retrain, ${anew} hours later`] as const;

/**
 * AUC by the hours since training, with the tables of that time and with tables that are refreshed each hour; the same of a
 * model that is trained anew; and how long a refresh takes beside a retraining. One counted run is one date.
 */
export async function refreshBench(): Promise<Bench> {
  const database = await openDatabase({ threads: 1, memoryLimitMb: 512, temporaryFolder: tmpdir() });
  let round = 0;
  const measureAll = async (): Promise<Record<string, number>> => {
    const date = dates[Math.max(0, round - 1)] ?? dates[0];
    round += 1;
    return measured(database, date);
  };
  return {
    runs: dates.length,
    cases: [],
    groups: [{ figures: figures(), measureAll }],
    ratios: [],
    conditions: [
      `pipelines/flight-delays.ts as of ${dates.join(', ')}, each in a state folder of its own`,
      'one engine for all commands; a refresh each hour; AUC on the flights that left in those hours, pooled',
      'seconds: from the first stage of a run to its record; command: whet refresh from its start to its end',
    ],
    close: async () => database.close(),
  };
}

function figures(): BenchFigure[] {
  const aucs = [
    ...ages.flatMap(([from, to]) => ['frozen', 'refreshed', 'gained'].map((name) => ageText(from, to, name))),
    ...['frozen', 'refreshed', 'trained anew'].map((name) => ageText(anew, anew + 1, name)),
  ];
  return [
    ...aucs.map((name) => ({ name, unit: 'AUC', better: 'higher' }) as const),
    ...[...times, 'refresh: command'].map((name) => ({ name, unit: 's', better: 'lower' }) as const),
  ];
}

function ageText(from: number, to: number, name: string): string {
  return `${from} to ${to} h: ${name}`;
}

async function measured(database: Database, date: string): Promise<Record<string, number>> {
  const state = await mkdtemp(join(tmpdir(), 'whet-bench-'));
  const stop = await startUp(state);
  try {
    const hourAfter = (hours: number): string => hourOf(hourStart(date) + hours * hourMs);
    const first = await told(state, 'retrain', date);
    const frozen = await scoredHours(database, { folder, state }, 'champion', range(1, last).map(hourAfter));
    const refreshed: Scored[] = [];
    const [seconds, commands]: [number[], number[]] = [[], []];
    for (const hour of range(1, last).map(hourAfter)) {
      const began = performance.now();
      const record = await told(state, 'refresh', hour);
      if (record.status !== 'refreshed') throw new Error(`expected a refresh, but came ${record.why}`);
      commands.push((performance.now() - began) / 1_000);
      seconds.push(secondsOf(record));
      refreshed.push(...(await scoredHours(database, { folder, state }, `${record.version}`, [hour])));
    }
    const nothing = await told(state, 'refresh', hourAfter(last - 1));
    const later = await told(state, 'retrain', hourAfter(anew));
    const fresh = await scoredHours(database, { folder, state }, `${later.version}`, [hourAfter(anew)]);
    return {
      ...Object.assign({}, ...ages.map(([from, to]) => gained(from, to, frozen, refreshed))),
      [ageText(anew, anew + 1, 'frozen')]: pooled(frozen.slice(anew - 1, anew)),
      [ageText(anew, anew + 1, 'refreshed')]: pooled(refreshed.slice(anew - 1, anew)),
      [ageText(anew, anew + 1, 'trained anew')]: pooled(fresh),
      [times[0]]: secondsOf(first),
      [times[1]]: medianOf(seconds),
      [times[2]]: secondsOf(nothing),
      [times[3]]: secondsOf(later),
      'refresh: command': medianOf(commands),
    };
  } finally {
    await stop();
    await rm(state, { recursive: true, force: true });
  }
}

function gained(from: number, to: number, frozen: readonly Scored[], refreshed: readonly Scored[]) {
  const [then, now] = [pooled(frozen.slice(from - 1, to - 1)), pooled(refreshed.slice(from - 1, to - 1))];
  const named = { frozen: then, refreshed: now, gained: now - then };
  return Object.fromEntries(Object.entries(named).map(([name, value]) => [ageText(from, to, name), value]));
}

async function told(state: string, word: 'retrain' | 'refresh', asOf: string): Promise<RunRecord> {
  const { code, stdout, stderr } = await whetCommand([word, pipeline, '--as-of', asOf, '--json'], { folder, state })
    .ended;
  if (code !== 0) throw new Error(`whet ${word} --as-of ${asOf} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout);
}

function secondsOf({ startedAt, endedAt }: RunRecord): number {
  return (Date.parse(endedAt) - Date.parse(startedAt)) / 1_000;
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, at) => from + at);
}

/** An engine that all commands use; ends by Ctrl-C, as a person would end it. */
async function startUp(state: string): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, [whetFile, 'up'], {
    ...{ cwd: folder, env: { ...process.env, WHET_STATE: state } },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'close');
  let said = '';
  const serves = new Promise<void>((settle, fail) => {
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      said += piece;
      if (said.includes('serving until Ctrl-C')) settle();
    });
    void ended.then(() => fail(new Error(`whet up ended: ${said}`)));
  });
  await serves;
  return async () => {
    child.kill('SIGINT');
    await ended;
  };
}
