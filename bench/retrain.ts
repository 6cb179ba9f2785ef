import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunRecord, StageName } from '../core/run.ts';
import { openDurableSteps } from './durableSteps.ts';
import type { Bench, BenchFigure } from './harness.ts';
import { whetCommand } from './whetCommand.ts';

const root = join(import.meta.dirname, '..');

/** Three runs in a row, as a person would make them. */
const runs = [
  { name: 'first, 12:00', asOf: '2001-03-15T12' },
  { name: 'an hour later, 13:00', asOf: '2001-03-15T13' },
  { name: '12:00 again', asOf: '2001-03-15T12' },
] as const;

const stages: readonly StageName[] = ['contract', 'snapshot', 'features', 'search', 'package', 'scorecard', 'register'];

/** Where the time of `whet retrain flight-delays` goes, from an empty state folder on; and what a durable step costs. */
export async function retrainBench(): Promise<Bench> {
  const steps = await openDurableSteps((line) => process.stderr.write(`${line}\n`));
  return {
    runs: 3,
    cases: [
      { name: 'a durable step (20 in a row that do nothing)', unit: 'ms', better: 'lower', measure: steps.measure },
    ],
    groups: [{ figures: runs.flatMap(({ name }) => figuresOf(name)), measureAll: threeRuns }],
    ratios: [],
    conditions: [
      'whet retrain flight-delays --json three times, in a state folder that is empty at first',
      "command: from its start to its end; engine: Temporal and workers, started and stopped; between stages: the run's time that no stage accounts for",
    ],
    close: steps.close,
  };
}

function figuresOf(run: string): BenchFigure[] {
  const parts = ['command', 'engine', 'between stages', ...stages];
  return parts.map((part) => ({ name: `${run}: ${part}`, unit: 's', better: 'lower' }));
}

async function threeRuns(): Promise<Record<string, number>> {
  const state = await mkdtemp(join(tmpdir(), 'whet-bench-'));
  try {
    const all: Record<string, number> = {};
    for (const { name, asOf } of runs) Object.assign(all, await oneRun(name, asOf, state));
    return all;
  } finally {
    await rm(state, { recursive: true, force: true });
  }
}

async function oneRun(name: string, asOf: string, state: string): Promise<Record<string, number>> {
  const started = performance.now();
  const { code, stdout, stderr } = await whetCommand(['retrain', 'flight-delays', '--as-of', asOf, '--json'], {
    folder: root,
    state,
  }).ended;
  const command = (performance.now() - started) / 1_000;
  if (code !== 0) throw new Error(`whet retrain ended with ${code}: ${stderr}`);
  return timesOf(name, command, JSON.parse(stdout));
}

function timesOf(name: string, command: number, record: RunRecord): Record<string, number> {
  const run = (Date.parse(record.endedAt) - Date.parse(record.startedAt)) / 1_000;
  const inStages = record.stages.reduce((sum, { seconds }) => sum + seconds, 0);
  const seconds = stages.map(
    (stage) => [stage, record.stages.find((one) => one.name === stage)?.seconds ?? 0] as const,
  );
  const parts = { command, engine: command - run, 'between stages': run - inStages, ...Object.fromEntries(seconds) };
  return Object.fromEntries(Object.entries(parts).map(([part, value]) => [`${name}: ${part}`, value]));
}
