import { join } from 'node:path';
import { openDatabase, sqlText } from '../datasets/database.ts';
import { sourceFile } from '../datasets/sources/sourceFile.ts';
import { batchingScorer } from '../models/scorers/batchingScorer.ts';
import { compiledOrReference } from '../models/scorers/compiledOrReference.ts';
import { proveReference } from '../models/scorers/loadPackage.ts';
import { openOrtScorer } from '../models/scorers/ortScorer.ts';
import type { Scorer, ScorerColumns } from '../models/scorers/scorer.ts';
import { localDisk } from '../storage/localDisk.ts';
import { freePort } from '../workers/freePort.ts';
import { type Peer, startFastApi } from './fastApiPeer.ts';
import { flightPlan } from './flightPlan.ts';
import type { Bench, BenchCase, BenchGroup } from './harness.ts';
import { connections, httpFigures, httpGroup, whenAnswering } from './httpLoad.ts';
import { type InProcessBench, inProcessBench } from './inProcess.ts';
import { putNetwork } from './networkSizes.ts';
import { type RealPackage, realPackage, root } from './realPackage.ts';
import { whetCommand } from './whetCommand.ts';

const calls = 5_000;
const ours = 'HTTP /predict, one row';
const theirs = 'FastAPI and onnxruntime, one row';

/** Hidden layers of the networks that are scored at once. */
const sizes = [[16], [32, 16], [64, 32]] as const;

/** What an answer costs: a row and batches in this process, requests over HTTP; with peers, FastAPI beside it. */
export async function scoringBench({ peers }: { peers: boolean }): Promise<Bench> {
  const made = await realPackage();
  const scorer = await openOrtScorer(made.model);
  await proveReference(scorer, made.package);
  const { scorer: quick, notCompiled } = await compiledOrReference(made.model, scorer, made.package);
  if (notCompiled !== undefined) throw new Error(notCompiled);
  const rows = await flightRows(made.state, 65_536);
  const single = singleRows(rows, 1_000);
  const body = JSON.stringify(requestOf(rows, 0));
  const store = localDisk(join(made.state, 'store'));
  const asked = Array.from({ length: 1_024 }, (_, row) => {
    const { date, ...others } = requestOf(rows, row);
    return { date: new Date(String(date)), ...others };
  });
  const inProcess: InProcessBench[] = [];
  for (const hidden of sizes) {
    const pipeline = await putNetwork(store, made.package, hidden);
    inProcess.push(await inProcessBench(store, pipeline, asked, firstRows(rows, 1_024)));
  }
  const served = await serve(made.state);
  const peer = peers ? await startFastApi(made.state, made.model, made.package.threshold) : undefined;
  return {
    runs: 5,
    cases: [
      batchCase(scorer, rows, 1_024),
      batchCase(scorer, rows, 65_536),
      callersCase('onnxruntime', scorer, single),
      callersCase('onnxruntime, calls at once together', batchingScorer(scorer), single),
    ],
    groups: [
      oneRowGroup('onnxruntime', scorer, single),
      oneRowGroup('compiled', quick, single),
      ...inProcess.map(({ group }) => group),
      httpGroup(ours, served.url, body),
      ...(peer === undefined ? [] : [httpGroup(theirs, peer.url, body)]),
    ],
    ratios: peer === undefined ? [] : ratios(),
    conditions: conditionsOf(made),
    close: async () => {
      await Promise.all(inProcess.map((each) => each.close()));
      await closeAll(made, scorer, served, peer);
    },
  };
}

function ratios() {
  const [mine, other] = [httpFigures(ours), httpFigures(theirs)];
  return [
    { name: 'whetstone to FastAPI, requests', of: mine[0].name, to: other[0].name },
    { name: 'whetstone to FastAPI, p99', of: mine[1].name, to: other[1].name },
  ];
}

function conditionsOf({ package: { candidate, model } }: RealPackage): string[] {
  return [
    `model.onnx of flight-delays, ${candidate.learner} ${JSON.stringify(candidate.parameters)}, ${model.bytes} bytes: from raw columns to the score`,
    `${calls} calls of one row, 1,000 flights in turn, each call timed and awaited; onnxruntime on one thread, strings and dates made into tensors included`,
    `hidden-…: the same graph with a network of those layers and random weights, by openScorer: rows as objects with a Date, scored at once, each call timed (by a clock that takes 0.05 us); memory is the growth of the heap; batches are awaited`,
    `HTTP over ${connections} connections from another process on this machine; whetstone checks the row, logs it and tells who answered, FastAPI only scores`,
  ];
}

async function closeAll(made: RealPackage, scorer: Scorer, served: Peer, peer: Peer | undefined): Promise<void> {
  await Promise.all([served.close(), peer?.close(), scorer.release()]);
  await made.close();
}

/** `whet serve` on the state that the retraining left. */
async function serve(state: string): Promise<Peer> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const { pid, ended } = whetCommand(['serve', '--port', new URL(url).port], { folder: root, state });
  await whenAnswering(`${url}/v2/models/flight-delays/ready`);
  return {
    url: `${url}/predict/flight-delays`,
    async close() {
      process.kill(pid, 'SIGTERM');
      await ended;
    },
  };
}

interface FlightRows extends ScorerColumns {
  readonly columns: {
    readonly date: BigInt64Array;
    readonly distance: BigInt64Array;
    readonly destination: readonly string[];
    readonly origin: readonly string[];
  };
}

/** Real flights of the hours after the model's own, as the graph takes them. */
async function flightRows(scratch: string, rows: number): Promise<FlightRows> {
  const database = await openDatabase({ threads: 1, memoryLimitMb: 1_024, temporaryFolder: scratch });
  try {
    const { contract } = await flightPlan();
    const file = await sourceFile({ store: localDisk(scratch), database, folder: root }, contract.source);
    const held = await database.rows<{ at: bigint; distance: bigint; origin: string; destination: string }>(
      `SELECT epoch_ms(date) AS at, CAST(distance AS BIGINT) AS distance, origin, destination
       FROM read_parquet(${sqlText(file)}) WHERE date >= '2001-03-15 12:00' ORDER BY ALL LIMIT ${rows}`,
    );
    const columns = {
      date: BigInt64Array.from(held, ({ at }) => at),
      distance: BigInt64Array.from(held, ({ distance }) => distance),
      destination: held.map(({ destination }) => destination),
      origin: held.map(({ origin }) => origin),
    };
    return { rows: held.length, columns };
  } finally {
    database.close();
  }
}

function firstRows({ columns }: FlightRows, rows: number): FlightRows {
  const { date, distance, destination, origin } = columns;
  const first = {
    date: date.slice(0, rows),
    distance: distance.slice(0, rows),
    destination: destination.slice(0, rows),
    origin: origin.slice(0, rows),
  };
  return { rows, columns: first };
}

function requestOf(
  { columns: { date, distance, destination, origin } }: FlightRows,
  row: number,
): Readonly<Record<string, unknown>> {
  const at = new Date(Number(date[row])).toISOString();
  return { date: at, destination: destination[row], distance: Number(distance[row]), origin: origin[row] };
}

/** Each row alone, as serving hands it over. */
function singleRows({ columns }: FlightRows, count: number): ScorerColumns[] {
  return Array.from({ length: count }, (_, row) => ({
    rows: 1,
    columns: Object.fromEntries(
      Object.entries(columns).map(([name, values]) => {
        const value = values[row] ?? '';
        return [name, [typeof value === 'bigint' ? Number(value) : value]];
      }),
    ),
  }));
}

function oneRowGroup(by: string, scorer: Scorer, rows: readonly ScorerColumns[]): BenchGroup {
  const [p50, p99] = [`one row, ${by}, p50`, `one row, ${by}, p99`];
  const measureAll = async (): Promise<Record<string, number>> => {
    const times: number[] = [];
    for (let call = 0; call < calls; call += 1) {
      const row = rows[call % rows.length];
      if (row === undefined) continue;
      const started = process.hrtime.bigint();
      await scorer.score(row);
      times.push(Number(process.hrtime.bigint() - started) / 1_000);
    }
    times.sort((a, b) => a - b);
    const at = (share: number): number => times[Math.floor(share * times.length)] ?? Number.NaN;
    return { [p50]: at(0.5), [p99]: at(0.99) };
  };
  return { figures: [p50, p99].map((name) => ({ name, unit: 'us', better: 'lower' as const })), measureAll };
}

/** About as many rows in all for each size. */
function batchCase(scorer: Scorer, all: FlightRows, size: number): BenchCase {
  const batch = firstRows(all, size);
  const times = Math.ceil(524_288 / size);
  return {
    name: `batches of ${size.toLocaleString('en')}`,
    unit: 'rows/s',
    better: 'higher',
    async measure() {
      const started = performance.now();
      for (let done = 0; done < times; done += 1) await scorer.score(batch);
      return (size * times) / ((performance.now() - started) / 1_000);
    },
  };
}

const callers = 16;

/** Callers that each send a row as soon as the one before is answered, as a server's connections do. */
function callersCase(by: string, scorer: Scorer, rows: readonly ScorerColumns[]): BenchCase {
  return {
    name: `${callers} callers, one row each, ${by}`,
    unit: 'rows/s',
    better: 'higher',
    async measure() {
      const started = performance.now();
      let left = 20_000;
      const caller = async (): Promise<void> => {
        for (let row = rows[left % rows.length]; left > 0 && row !== undefined; row = rows[left % rows.length]) {
          left -= 1;
          await scorer.score(row);
        }
      };
      await Promise.all(Array.from({ length: callers }, caller));
      return 20_000 / ((performance.now() - started) / 1_000);
    },
  };
}
