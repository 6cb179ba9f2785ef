import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FeatureMatrix } from '../../core/matrix.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { hourMs, hourOf, hourStart } from '../../core/time.ts';
import { runWindow } from '../../core/window.ts';
import { buildMatrix } from '../../features/buildMatrix.ts';
import { buildFeatureMatrix, featuresId } from '../../features/featureStage.ts';
import { fitEncoders } from '../../features/fitEncoders.ts';
import { notePrevious } from '../../features/previousParts.ts';
import { objectKey, putObjectJson } from '../../storage/objects.ts';
import { type Bench, type FlightRow, flightPlan, freeze, openBench } from './flights.ts';

const from = hourStart('2001-03-01T00');
/** Two days of training and one hour each to validate and to test. */
const plan = { ...flightPlan(), window: { trainMs: 48 * hourMs, validateMs: hourMs, testMs: hourMs } };

let bench: Bench;
let read: string[];
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

function flights(): FlightRow[] {
  return Array.from({ length: 90 * 4 }, (_, at) => ({
    date: from + at * 900_000,
    delay: (at * 37) % 60,
    distance: 200 + ((at * 131) % 1_500),
    origin: `A${at % 7}`,
    destination: `B${at % 5}`,
    weekend: at % 2 === 0,
  }));
}

/** A run of the feature stage, noted for the next one. */
async function noted(at: Bench, rows: readonly FlightRow[], asOf: string): Promise<FeatureMatrix> {
  const window = runWindow(plan, hourStart(asOf));
  const snapshot = await freeze(at.ports, rows, window.all[0] ?? '', asOf);
  const matrix = await buildFeatureMatrix(counted(at), plan, snapshot, window);
  await note(at, snapshot, matrix);
  return matrix;
}

async function note(at: Bench, snapshot: Snapshot, matrix: FeatureMatrix): Promise<string> {
  const object = await putObjectJson(at.ports.store, matrix);
  await notePrevious(at.ports.store, featuresId(plan), snapshot, object, matrix);
  return object;
}

/** Writes down which notes of parts and tables are read. */
function counted({ ports }: Bench) {
  read = [];
  const store = {
    ...ports.store,
    read: (key: string) => {
      if (/^stages\/(?:matrix|table)-/.test(key)) read.push(key);
      return ports.store.read(key);
    },
  };
  return { ...ports, store };
}

async function fromNothing(rows: readonly FlightRow[], asOf: string): Promise<FeatureMatrix> {
  const other = await openBench();
  try {
    return await noted(other, rows, asOf);
  } finally {
    await other.close();
  }
}

test('a run an hour later takes all parts but the new one from the matrix before, and gives the same', async () => {
  const rows = flights();
  const first = await noted(bench, rows, '2001-03-04T12');
  const later = await noted(bench, rows, '2001-03-04T13');
  const [edges, days] = [read.length, 1];
  expect(later).toEqual(await fromNothing(rows, '2001-03-04T13'));
  expect(later.train.slice(0, -1)).toEqual(first.train.slice(1));
  // Whole days were fitted from one note each; of the days at the edges, the parts' own.
  expect(edges).toBeLessThan(48 - 24 * days + 6);
});

test('a row that came late makes the parts anew that it has a say in', async () => {
  const rows = flights();
  const before = await noted(bench, rows, '2001-03-04T12');
  const late = rows.map((row) => (hourOf(row.date) === '2001-03-03T10' ? { ...row, delay: 500 } : row));
  const after = await noted(bench, late, '2001-03-04T12');
  expect(after).toEqual(await fromNothing(late, '2001-03-04T12'));
  const changed = after.train.filter(({ key }, at) => key !== before.train[at]?.key).map(({ hour }) => hour);
  expect(changed[0]).toBe('2001-03-03T10');
  expect(changed.length).toBeGreaterThan(1);
  expect(changed.length).toBeLessThan(24);
});

test('a matrix that is gone, or of other features, is none', async () => {
  const rows = flights();
  const window = runWindow(plan, hourStart('2001-03-04T12'));
  const snapshot = await freeze(bench.ports, rows, window.all[0] ?? '', '2001-03-04T12');
  const matrix = await noted(bench, rows, '2001-03-04T12');
  const object = await note(bench, snapshot, matrix);
  await bench.ports.store.remove(objectKey(object));
  expect(await buildFeatureMatrix(counted(bench), plan, snapshot, window)).toEqual(matrix);
  expect(read.length).toBeGreaterThan(48);
  expect(featuresId({ ...plan, features: plan.features.slice(1) })).not.toBe(featuresId(plan));
});

test('encoders of many days are those of all their parts, bit for bit', async () => {
  const rows = flights();
  const window = runWindow(plan, hourStart('2001-03-04T12'));
  const snapshot = await freeze(bench.ports, rows, window.all[0] ?? '', '2001-03-04T12');
  const { encoders } = await buildFeatureMatrix(bench.ports, plan, snapshot, window);
  const parts = await buildMatrix(bench.ports, plan, snapshot, window.train, { tablesOlderByHours: 0 });
  expect(encoders).toEqual(fitEncoders(plan, parts));
});
