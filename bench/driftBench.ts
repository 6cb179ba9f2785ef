import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openDatabase } from '../datasets/database.ts';
import { type ColumnVerdict, judgeFlights, sketchFlights } from './drift/judgeFlights.ts';
import type { Bench, BenchGroup } from './harness.ts';
import { pythonPeer } from './pythonPeer.ts';

const execute = promisify(execFile);
const file = join(import.meta.dirname, '../node_modules/vega-datasets/data/flights-3m.parquet');
const figures = {
  whole: 'sketches of both from Parquet, and verdict: whetstone',
  verdict: 'verdict alone, from sketches: whetstone',
  peerWhole: 'both read from Parquet, and verdict: Evidently',
  peerVerdict: 'verdict alone, from rows in memory: Evidently',
};

/** The drift of four columns of the flights: 500,000 rows against 3,000,000; with peers, Evidently's verdicts beside. */
export async function driftBench({ peers }: { peers: boolean }): Promise<Bench> {
  const scratch = await mkdtemp(join(tmpdir(), 'whet-bench-'));
  const database = await openDatabase({ threads: 2, memoryLimitMb: 2_048, temporaryFolder: scratch });
  const conditions = [
    'flights-3m.parquet: delay, distance, origin and destination of the last 500,000 rows against those of all 3,000,000',
  ];
  const ours: BenchGroup = {
    figures: [
      { name: figures.whole, unit: 's', better: 'lower' },
      { name: figures.verdict, unit: 's', better: 'lower' },
    ],
    async measureAll() {
      const started = performance.now();
      const sketches = await sketchFlights(database, file);
      const sketched = performance.now();
      const verdicts = judgeFlights(sketches);
      const judged = performance.now();
      tell(conditions, 'whetstone', verdicts.map(verdictText));
      return { [figures.whole]: (judged - started) / 1_000, [figures.verdict]: (judged - sketched) / 1_000 };
    },
  };
  return {
    runs: 3,
    cases: [],
    groups: peers ? [ours, evidently(await python(), conditions)] : [ours],
    ratios: peers
      ? [
          { name: 'with reading, Evidently to whetstone', of: figures.peerWhole, to: figures.whole },
          { name: 'verdict alone, Evidently to whetstone', of: figures.peerVerdict, to: figures.verdict },
        ]
      : [],
    conditions,
    close: async () => {
      database.close();
      await rm(scratch, { recursive: true });
    },
  };
}

/** Evidently does not start beside pandas 3. */
async function python(): Promise<string> {
  const packages = ['evidently==0.7.23', 'pandas==2.3.3', 'pyarrow==26.0.1'];
  return join(await pythonPeer('evidently', packages), 'bin', 'python');
}

interface PeerJudged {
  readonly readSeconds: number;
  readonly judgeSeconds: number;
  readonly verdicts: Readonly<
    Record<string, { readonly method: string; readonly value: number; readonly limit: number }>
  >;
}

function evidently(python: string, conditions: string[]): BenchGroup {
  return {
    figures: [
      { name: figures.peerWhole, unit: 's', better: 'lower' },
      { name: figures.peerVerdict, unit: 's', better: 'lower' },
    ],
    async measureAll() {
      const script = join(import.meta.dirname, 'drift/judge_with_evidently.py');
      const { stdout } = await execute(python, [script, file], { env: { ...process.env, DO_NOT_TRACK: '1' } });
      const { readSeconds, judgeSeconds, verdicts }: PeerJudged = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
      const texts = Object.entries(verdicts).map(([column, { method, value, limit }]) => {
        return `${column}: ${method} ${value.toPrecision(3)}, limit ${limit}`;
      });
      tell(conditions, 'Evidently', texts);
      return { [figures.peerWhole]: readSeconds + judgeSeconds, [figures.peerVerdict]: judgeSeconds };
    },
  };
}

/** The last verdicts of a side stand among the conditions. */
function tell(conditions: string[], side: string, verdicts: readonly string[]): void {
  const load = `load ${loadavg()[0]?.toFixed(1)}`;
  const said = `${side} (${load}): ${verdicts.join('; ')}`;
  const at = conditions.findIndex((condition) => condition.startsWith(`${side} (`));
  conditions.splice(at < 0 ? conditions.length : at, at < 0 ? 0 : 1, said);
}

function verdictText({ column, measure, judged }: ColumnVerdict): string {
  if (judged === undefined) return `${column}: too little to say`;
  const { value, limit, pValue, isOff } = judged;
  return `${column}: ${isOff ? 'drift' : 'no drift'}, ${measure} ${value.toPrecision(3)}, limit ${limit.toPrecision(3)}, p ${pValue.toPrecision(2)}`;
}
