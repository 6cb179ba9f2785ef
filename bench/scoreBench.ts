import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ScoringSummary } from '../core/scoring.ts';
import type { Bench } from './harness.ts';
import { peakMb } from './peakMb.ts';
import { realPackage, root } from './realPackage.ts';
import { stateProcesses } from './soak/stateProcesses.ts';
import { ofKind } from './soak/victims.ts';
import { whetCommand } from './whetCommand.ts';

const input = join(root, 'node_modules/vega-datasets/data/flights-3m.parquet');
const figures = [
  { name: 'rows scored, by the time of the workflow', unit: 'rows/s', better: 'higher' },
  { name: 'the command, with its engine started and stopped', unit: 's', better: 'lower' },
  { name: 'peak memory of the worker', unit: 'MB', better: 'lower' },
  { name: 'output partitions', unit: 'files', better: 'lower' },
  { name: 'the same again: the workflow', unit: 's', better: 'lower' },
] as const;

/** `whet score` of the demo's flights by its champion, in an engine of its own with one pipeline worker. */
export async function scoreBench(): Promise<Bench> {
  const real = await realPackage();
  return {
    runs: 3,
    cases: [],
    groups: [{ figures, measureAll: () => measured(real.state) }],
    ratios: [],
    conditions: [
      'whet score flight-delays of 3,000,000 flights in one Parquet file, all columns kept, with the champion of whet retrain flight-delays',
      'one pipeline worker, two partitions at once; read, judged, scored, written as zstd Parquet and flushed to the disk; Temporal, started and stopped, in the time of the command alone',
    ],
    close: real.close,
  };
}

async function measured(state: string): Promise<Record<string, number>> {
  const output = join(state, 'scores');
  await rm(output, { recursive: true, force: true });
  const started = performance.now();
  const watched = new AbortController();
  const peak = peakOfWorker(state, watched.signal);
  const first = await scored(state, output);
  const seconds = (performance.now() - started) / 1_000;
  watched.abort();
  const again = await scored(state, output);
  if (first.rows !== 3_000_000 || again.reused !== first.partitions) throw new Error(JSON.stringify({ first, again }));
  const values = [first.rowsPerSecond, seconds, await peak, first.partitions, again.seconds];
  return Object.fromEntries(figures.map(({ name }, at) => [name, values[at] ?? Number.NaN]));
}

async function scored(state: string, output: string): Promise<ScoringSummary> {
  const args = ['score', 'flight-delays', input, output, '--json'];
  const { code, stdout, stderr } = await whetCommand(args, { folder: root, state }).ended;
  if (code !== 0) throw new Error(`whet score ended with ${code}: ${stderr}`);
  return JSON.parse(stdout);
}

async function peakOfWorker(state: string, ended: AbortSignal): Promise<number> {
  let peak = Number.NaN;
  while (!ended.aborted) {
    const [worker] = ofKind(await stateProcesses(state), 'pipeline worker');
    if (worker !== undefined) peak = (await peakMb(worker.pid)) ?? peak;
    await pause(200);
  }
  return peak;
}
