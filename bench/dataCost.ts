import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Ports } from '../activities/ports.ts';
import { createSnapshotActivities } from '../activities/snapshot.ts';
import type { FeatureMatrix } from '../core/matrix.ts';
import type { Plan } from '../core/plan.ts';
import { hourMs, hourOf, hourStart } from '../core/time.ts';
import { runWindow } from '../core/window.ts';
import { type Database, openDatabase, sqlText } from '../datasets/database.ts';
import { readSnapshot } from '../datasets/snapshots/freezeSnapshot.ts';
import { stampsOf } from '../datasets/sources/fileStamp.ts';
import { sourceFile } from '../datasets/sources/sourceFile.ts';
import { sourceFiles } from '../datasets/sources/sourceFiles.ts';
import { featuresId, sketchesOf, windowParts } from '../features/featureStage.ts';
import { fitWindow } from '../features/fitWindow.ts';
import { notePrevious } from '../features/previousParts.ts';
import { loadTrainingData } from '../models/trainingData.ts';
import { localDisk } from '../storage/localDisk.ts';
import { putObjectJson } from '../storage/objects.ts';
import { asActivity } from './asActivity.ts';
import { contractAlone } from './contractAlone.ts';
import { flightPlan } from './flightPlan.ts';
import type { Bench, BenchFigure, BenchGroup } from './harness.ts';

const root = join(import.meta.dirname, '..');
/** Partitions in the window of a run, those that tables look back to and the newest ones among them. */
const windows = [24, 240, 2_400] as const;
const firstHour = hourStart('2001-01-01T00');
const rounds = 7;
/** The mean of the demo's flights. */
const rowsPerHour = 690;

const constant = ['contract', 'contract less its look at each file', 'snapshot', 'tables and matrix'] as const;
const growing = ['a look at each file', 'fitting the encoders', 'search: loading its rows'] as const;

/**
 * What the data of a retrain costs when one hour is new, by how many there are in the window: the stages as the workers
 * do them, on a source of one file an hour.
 */
export async function dataCostBench(): Promise<Bench> {
  const scratch = await mkdtemp(join(tmpdir(), 'whet-bench-'));
  const database = await openDatabase({
    threads: availableParallelism(),
    memoryLimitMb: 2_048,
    temporaryFolder: scratch,
  });
  const hours = await writeHours(database, join(scratch, 'hours'), Math.max(...windows) + rounds + 2);
  const plan = await flightPlan();
  const groups = await Promise.all(windows.map((window) => groupOf(window, plan, database, scratch, hours)));
  return {
    runs: rounds,
    cases: [],
    groups,
    ratios: constant.map((part) => ({
      name: `${part}: ${windows[2]} to ${windows[0]} partitions`,
      of: named(windows[2], part),
      to: named(windows[0], part),
    })),
    conditions: [
      `flights by the hour, ${rowsPerHour} an hour, one Parquet file each; a run of each hour in turn, one partition new`,
      'stages as a worker does them, without the 15 ms of a durable step for each; the store on a disk of this machine',
      'a look at each file: its name and its stamp, asked for once more after the run',
    ],
    close: async () => {
      database.close();
      await rm(scratch, { recursive: true });
    },
  };
}

/** As many hours of flights, a file each; their paths in order. */
async function writeHours(database: Database, folder: string, count: number): Promise<string[]> {
  await mkdir(folder);
  const plan = await flightPlan();
  const ports = { database, folder: root, store: localDisk(folder) };
  const file = sqlText(await sourceFile(ports, plan.contract.source));
  await database.run(`CREATE TABLE flights AS SELECT *, row_number() OVER () - 1 AS i
    FROM (SELECT * EXCLUDE date FROM ${file} LIMIT ${rowsPerHour * count})`);
  const paths = Array.from({ length: count }, (_, at) => join(folder, `${hourOf(firstHour + at * hourMs)}.parquet`));
  for (const [at, path] of paths.entries()) {
    const start = `make_timestamp(${(firstHour + at * hourMs) * 1_000})`;
    const date = `${start} + INTERVAL ((i % ${rowsPerHour}) * 5) SECOND`;
    await database.run(`COPY (SELECT ${date} AS date, * EXCLUDE i FROM flights WHERE i // ${rowsPerHour} = ${at})
      TO ${sqlText(path)} (FORMAT parquet)`);
  }
  await database.run('DROP TABLE flights');
  return paths;
}

/** The demo's plan on a window of so many partitions, a source and a store of its own, and all hours but the last done. */
async function groupOf(
  window: number,
  plan: Plan,
  database: Database,
  scratch: string,
  hours: readonly string[],
): Promise<BenchGroup> {
  const folder = join(scratch, `window-${window}`);
  await mkdir(join(folder, 'in'), { recursive: true });
  const ports: Ports = {
    ...{ store: localDisk(join(folder, 'store')), database, folder, plans: new Map() },
    clock: () => performance.now(),
  };
  const ofWindow = planOf(plan, window);
  let next = 0;
  const arrive = async (): Promise<void> => copyFile(hours[next] ?? '', join(folder, 'in', `${next++}.parquet`));
  let isFirst = true;
  return {
    figures: [...constant, ...growing].map((part) => figureOf(window, part)),
    async measureAll() {
      if (isFirst) {
        // A row of the hour after the window tells that it is whole.
        while (next <= window) await arrive();
        await settle();
        await measured(ports, ofWindow, window, window);
        isFirst = false;
      }
      await arrive();
      await settle();
      return measured(ports, ofWindow, window, next - 1);
    },
  };
}

/** A quarter of a day each to look back, to settle, to validate and to test; what is left, to train. */
function planOf(plan: Plan, window: number): Plan {
  const features = plan.features.map((one) => (one.kind === 'recentRate' ? { ...one, overMs: 2 * hourMs } : one));
  const label = { ...plan.label, settlesWithinMs: 2 * hourMs };
  const others = 4 + 2 + 2 + 2;
  return {
    ...plan,
    ...{ features, label, window: { trainMs: (window - others) * hourMs, validateMs: 2 * hourMs, testMs: 2 * hourMs } },
    contract: { ...plan.contract, source: { kind: 'parquet', at: { path: 'in' }, partition: 'hour' }, batch: [] },
  };
}

/** Longer than a file takes to count as settled. */
function settle(): Promise<void> {
  return pause(2_100);
}

async function measured(ports: Ports, plan: Plan, window: number, hour: number): Promise<Record<string, number>> {
  const asOf = hourOf(firstHour + hour * hourMs);
  const { snapshot } = createSnapshotActivities(ports);
  const valid = await timed(() => contractAlone(ports, plan, asOf));
  const { partitions, window: found } = valid.value;
  const frozen = await timed(() => asActivity(() => snapshot({ plan, partitions, window: found })));
  const features = await featureTimes(ports, plan, asOf, frozen.value.output.id);
  const loaded = await timed(() => loadTrainingData(ports.store, features.matrix));
  const asking = await timed(() => lookAtEach(ports, plan));
  return {
    [named(window, 'contract')]: valid.ms,
    [named(window, 'contract less its look at each file')]: valid.ms - asking.ms,
    [named(window, 'snapshot')]: frozen.ms,
    [named(window, 'tables and matrix')]: features.partsMs,
    [named(window, 'a look at each file')]: asking.ms,
    [named(window, 'fitting the encoders')]: features.fittingMs,
    [named(window, 'search: loading its rows')]: loaded.ms,
  };
}

/** What no memory spares the contract: the list of the source's files, and what the file system says of each of them now. */
async function lookAtEach(ports: Ports, { contract }: Plan): Promise<void> {
  const { files } = await sourceFiles(ports, contract.source);
  await stampsOf(files.map(({ path }) => path));
}

/** The feature stage in its two parts: `buildFeatureMatrix` and what its activity keeps of it. */
async function featureTimes(ports: Ports, plan: Plan, asOf: string, id: string) {
  const { store } = ports;
  const { train, validate, ...window } = runWindow(plan, hourStart(asOf));
  const built = await timed(async () => {
    const snapshot = await readSnapshot(store, id);
    return { snapshot, ...(await windowParts(ports, plan, snapshot, { train, validate, ...window })) };
  });
  const { snapshot, parts, table, made } = built.value;
  const trained = parts.slice(0, train.length);
  const fitted = await timed(() =>
    fitWindow(store, plan, trained, (some) => sketchesOf(ports, plan, snapshot, some, made)),
  );
  const kept = await timed(async () => {
    const [validateParts, test] = [parts.slice(train.length, -validate.length), parts.slice(-validate.length)];
    const whole = { snapshot: id, asOf, encoders: fitted.value, train: trained, validate: validateParts, test, table };
    const matrix = await putObjectJson(store, whole satisfies FeatureMatrix);
    await notePrevious(store, featuresId(plan), snapshot, matrix, whole);
    return matrix;
  });
  return { matrix: kept.value, partsMs: built.ms + kept.ms, fittingMs: fitted.ms };
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const started = performance.now();
  const value = await work();
  return { value, ms: performance.now() - started };
}

function figureOf(window: number, part: string): BenchFigure {
  return { name: named(window, part), unit: 'ms', better: 'lower' };
}

function named(window: number, part: string): string {
  return `${window} partitions: ${part}`;
}
