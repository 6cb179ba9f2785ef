import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ScorerColumns } from '../models/scorers/scorer.ts';
import { type InProcessScorer, openScorer } from '../serving/openScorer.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import type { BenchGroup } from './harness.ts';

type Row = Readonly<Record<string, unknown>>;

const calls = 20_000;
const batch = 1_024;

export interface InProcessBench {
  readonly group: BenchGroup;
  close(): Promise<void>;
}

/** What an application pays that scores in its own process: one row at once, its memory, and rows together. */
export async function inProcessBench(
  store: ObjectStore,
  pipeline: string,
  rows: readonly Row[],
  columns: ScorerColumns,
): Promise<InProcessBench> {
  const scorer = await openScorer(pipeline, { store });
  const named = (what: string): string => `${pipeline}, ${what}`;
  const lower = (what: string, unit: string) => ({ name: named(what), unit, better: 'lower' as const });
  const higher = (what: string) => ({ name: named(what), unit: 'rows/s', better: 'higher' as const });
  const figures = [
    lower('one row at once, p50', 'us'),
    lower('one row at once, p99', 'us'),
    lower('one row at once, memory', 'bytes'),
    higher(`batches of ${batch.toLocaleString('en')} as columns`),
    higher(`batches of ${batch.toLocaleString('en')} as objects`),
  ];
  const measureAll = async (): Promise<Record<string, number>> => {
    const values = [
      ...percentiles(scorer, rows),
      bytesPerCall(scorer, rows),
      await rowsPerSecond(scorer, columns),
      await rowsPerSecond(scorer, rows.slice(0, batch)),
    ];
    return Object.fromEntries(figures.map(({ name }, at) => [name, values[at] ?? Number.NaN]));
  };
  return { group: { figures, measureAll }, close: () => scorer.close() };
}

function percentiles(scorer: InProcessScorer<Row>, rows: readonly Row[]): [p50: number, p99: number] {
  const times: number[] = [];
  for (let call = 0; call < calls; call += 1) {
    const row = rows[call % rows.length] ?? {};
    const started = process.hrtime.bigint();
    scorer.score(row);
    times.push(Number(process.hrtime.bigint() - started) / 1_000);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(share * times.length)] ?? Number.NaN;
  return [at(0.5), at(0.99)];
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** By how much the heap grows, so few calls that nothing is collected meanwhile; the answers are let go at once. */
function bytesPerCall(scorer: InProcessScorer<Row>, rows: readonly Row[]): number {
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let call = 0; call < 5_000; call += 1) scorer.score(rows[call % rows.length] ?? {});
  return (process.memoryUsage().heapUsed - before) / 5_000;
}

async function rowsPerSecond(scorer: InProcessScorer<Row>, rows: readonly Row[] | ScorerColumns): Promise<number> {
  const times = 256;
  const started = performance.now();
  for (let done = 0; done < times; done += 1) await scorer.scoreMany(rows);
  return (batch * times) / ((performance.now() - started) / 1_000);
}
