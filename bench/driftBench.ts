import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Database, openDatabase } from '../datasets/database.ts';
import { type ColumnVerdict, type FlightCase, flightCases, judgeFlights, sketchFlights } from './drift/judgeFlights.ts';
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

/**
 * The drift of four columns of the flights: 500,000 rows against 3,000,000; with peers, Evidently's verdicts beside, on
 * these and on rows of which it is known what moved.
 */
export async function driftBench({ peers }: { peers: boolean }): Promise<Bench> {
  const scratch = await mkdtemp(join(tmpdir(), 'whet-bench-'));
  const database = await openDatabase({ threads: 2, memoryLimitMb: 2_048, temporaryFolder: scratch });
  const evidently = peers ? await python() : undefined;
  const judged = await judgeCases(database, evidently);
  const conditions = [
    'flights-3m.parquet: delay, distance, origin and destination of the last 500,000 rows against those of all 3,000,000',
    ...judged.flatMap(caseTexts),
  ];
  const warm = judged[0]?.other;
  return {
    runs: 3,
    cases: [],
    groups: evidently === undefined ? [ours(database)] : [ours(database), theirs(evidently, warm)],
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

interface JudgedCase {
  readonly which: FlightCase;
  readonly own: readonly ColumnVerdict[];
  readonly other: PeerJudged | undefined;
}

async function judgeCases(database: Database, evidently: string | undefined): Promise<JudgedCase[]> {
  const judged: JudgedCase[] = [];
  for (const which of flightCases) {
    const own = judgeFlights(await sketchFlights(database, file, which));
    judged.push({ which, own, other: evidently === undefined ? undefined : await judgedBy(evidently, which) });
  }
  return judged;
}

/** What each side says of each column, and of how many both say the same. */
function caseTexts({ which, own, other }: JudgedCase): string[] {
  const ours = `${which}, whetstone: ${own.map(verdictText).join('; ')}`;
  if (other === undefined) return [ours];
  const theirs = Object.entries(other.verdicts).map(([column, verdict]) => peerText(column, verdict));
  const same = own.filter(({ column, judged }) => judged?.isOff === isOff(other.verdicts[column]));
  return [
    ours,
    `${which}, Evidently: ${theirs.join('; ')}`,
    `${which}: both say the same of ${same.length} of ${own.length} columns`,
  ];
}

function ours(database: Database): BenchGroup {
  return {
    figures: [
      { name: figures.whole, unit: 's', better: 'lower' },
      { name: figures.verdict, unit: 's', better: 'lower' },
    ],
    async measureAll() {
      const started = performance.now();
      const sketches = await sketchFlights(database, file, 'last against all');
      const sketched = performance.now();
      judgeFlights(sketches);
      const judged = performance.now();
      return { [figures.whole]: (judged - started) / 1_000, [figures.verdict]: (judged - sketched) / 1_000 };
    },
  };
}

/** `warm` is the round that warms up, which has been run. */
function theirs(evidently: string, warm: PeerJudged | undefined): BenchGroup {
  let left = warm;
  return {
    figures: [
      { name: figures.peerWhole, unit: 's', better: 'lower' },
      { name: figures.peerVerdict, unit: 's', better: 'lower' },
    ],
    async measureAll() {
      const { readSeconds, judgeSeconds } = left ?? (await judgedBy(evidently, 'last against all'));
      left = undefined;
      return { [figures.peerWhole]: readSeconds + judgeSeconds, [figures.peerVerdict]: judgeSeconds };
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
  readonly verdicts: Readonly<Record<string, PeerVerdict>>;
}

interface PeerVerdict {
  readonly method: string;
  readonly value: number;
  readonly limit: number;
}

async function judgedBy(evidently: string, which: FlightCase): Promise<PeerJudged> {
  const script = join(import.meta.dirname, 'drift/judge_with_evidently.py');
  const { stdout } = await execute(evidently, [script, file, which], { env: { ...process.env, DO_NOT_TRACK: '1' } });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

/** The two methods that it takes of such columns by itself are distances. */
function isOff(verdict: PeerVerdict | undefined): boolean | undefined {
  return verdict && verdict.value >= verdict.limit;
}

function peerText(column: string, verdict: PeerVerdict): string {
  const { method, value, limit } = verdict;
  return `${column}: ${isOff(verdict) ? 'drift' : 'no drift'}, ${method} ${value.toPrecision(3)}, limit ${limit}`;
}

function verdictText({ column, measure, judged }: ColumnVerdict): string {
  if (judged === undefined) return `${column}: too little to say`;
  const { value, limit, pValue, isOff } = judged;
  return `${column}: ${isOff ? 'drift' : 'no drift'}, ${measure} ${value.toPrecision(3)}, limit ${limit.toPrecision(3)}, p ${pValue.toPrecision(2)}`;
}
