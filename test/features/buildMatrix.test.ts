import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HourTable, MatrixPart } from '../../core/matrix.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { hourMs, hourOf, hourStart, hoursBetween } from '../../core/time.ts';
import { runWindow } from '../../core/window.ts';
import { buildMatrix } from '../../features/buildMatrix.ts';
import { buildTables } from '../../features/buildTables.ts';
import { buildFeatureMatrix } from '../../features/featureStage.ts';
import { fitEncoders } from '../../features/fitEncoders.ts';
import { loadMatrix } from '../../features/loadMatrix.ts';
import { decodeMatrixFile, type MatrixRows } from '../../features/matrixFile.ts';
import { smoothedRates } from '../../features/rate.ts';
import { getObject, getObjectJson } from '../../storage/objects.ts';
import { countingStore } from './countingStore.ts';
import { type Bench, type FlightRow, flightPlan, freeze, openBench, readFlights, settled } from './flights.ts';

const plan = flightPlan();
const from = '2001-03-01T00';
const to = '2001-03-03T00';
const hours = hoursBetween(hourStart('2001-03-01T14'), hourStart(to));
const empty = ['2001-03-02T02', '2001-03-02T03'];
const fresh = { tablesOlderByHours: 0 };
let bench: Bench;
let rows: FlightRow[];
let snapshot: Snapshot;

beforeAll(async () => {
  bench = await openBench();
  rows = (await readFlights(bench.ports, from, to, 60)).filter((row) => !empty.includes(hourOf(row.date)));
  snapshot = await freeze(bench.ports, rows, from, to);
});
afterAll(() => bench.close());

async function fileOf(part: MatrixPart | undefined): Promise<MatrixRows> {
  return decodeMatrixFile(await getObject(bench.ports.store, part?.object ?? ''));
}

function flightsOf(hour: string): FlightRow[] {
  return rows.filter((row) => hourOf(row.date) === hour);
}

describe('matrix parts', () => {
  test('hold the features of their rows, in canonical order', async () => {
    const parts = await buildMatrix(bench.ports, plan, snapshot, hours, fresh);
    const tables = await buildTables(bench.ports, plan, snapshot, hours);
    expect(parts.map((part) => part.hour)).toEqual(hours);
    for (const hour of ['2001-03-01T14', '2001-03-02T09', '2001-03-02T23']) {
      const table = await getObjectJson<HourTable>(bench.ports.store, tables.get(hour)?.object ?? '');
      const file = await fileOf(parts[hours.indexOf(hour)]);
      const flights = flightsOf(hour);
      expect(file.rows).toBe(flights.length);
      expectNear(
        file.numeric,
        flights.flatMap((flight) => slowFeatures(flight, table)),
      );
      expect([...file.event]).toEqual(flights.map((flight) => flight.date));
      expect([...file.settles]).toEqual(flights.map((flight) => settled(flight).at));
      expect([...file.labels]).toEqual(flights.map((flight) => (settled(flight).late ? 1 : 0)));
      expect(textsOf(file.categories, 'origin')).toEqual(flights.map((flight) => flight.origin));
      expect(textsOf(file.categories, 'weekend')).toEqual(flights.map((flight) => String(flight.weekend)));
      expect(textsOf(file.slices, 'origin')).toEqual(flights.map((flight) => flight.origin));
    }
  });

  test('of rows of older tables read the table of that many hours before', async () => {
    const [hour, older] = ['2001-03-02T20', '2001-03-02T13'];
    const [part] = await buildMatrix(bench.ports, plan, snapshot, [hour], { tablesOlderByHours: 7 });
    const reference = (await buildTables(bench.ports, plan, snapshot, [older])).get(older);
    const table = await getObjectJson<HourTable>(bench.ports.store, reference?.object ?? '');
    expectNear(
      (await fileOf(part)).numeric,
      flightsOf(hour).flatMap((flight) => slowFeatures(flight, table)),
    );
    expect(part?.key).not.toBe((await buildMatrix(bench.ports, plan, snapshot, [hour], fresh))[0]?.key);
  });

  test('never hold what settled in their hour or later', async () => {
    const hour = '2001-03-02T12';
    const changed = rows.map((row) => (settled(row).at >= hourStart(hour) ? { ...row, delay: 999 } : row));
    const other = await freeze(bench.ports, changed, from, to);
    const [before, after] = await Promise.all([
      fileOf((await buildMatrix(bench.ports, plan, snapshot, [hour], fresh))[0]),
      fileOf((await buildMatrix(bench.ports, plan, other, [hour], fresh))[0]),
    ]);
    expect(after.numeric).toEqual(before.numeric);
    expect(after.labels).not.toEqual(before.labels);
  });

  test('of hours without rows are valid and hold nothing', async () => {
    const parts = await buildMatrix(bench.ports, plan, snapshot, empty, fresh);
    expect(parts.map(({ hour, object, rows }) => ({ hour, object, rows }))).toEqual(
      empty.map((hour) => ({ hour, object: null, rows: 0 })),
    );
    const loaded = await loadMatrix(bench.ports.store, parts, fitEncoders(plan, parts), to);
    expect(loaded).toMatchObject({ rows: 0, width: 5, unsettled: 0, slices: {} });
  });

  test('are computed once, and again only where a partition changed', async () => {
    const counting = countingStore(bench.ports.store);
    const ports = { ...bench.ports, store: counting.store };
    const first = await buildMatrix(ports, plan, snapshot, hours, fresh);
    counting.created.length = 0;
    expect(await buildMatrix(ports, plan, snapshot, hours, fresh)).toEqual(first);
    expect(counting.created).toEqual([]);
    const late = rows.map((row) => (hourOf(row.date) === '2001-03-01T20' ? { ...row, delay: 500 } : row));
    const second = await buildMatrix(ports, plan, await freeze(bench.ports, late, from, to), hours, fresh);
    const changed = hours.filter((_, at) => first[at]?.key !== second[at]?.key);
    expect(changed).toEqual(hoursBetween(hourStart('2001-03-01T20'), hourStart('2001-03-02T11')));
    const records = counting.created.filter((key) => key.startsWith('stages/matrix-'));
    expect(records).toHaveLength(changed.length);
  });

  test('have the same bytes in another store, hour by hour or all at once', async () => {
    const other = await openBench();
    try {
      const frozen = await freeze(other.ports, rows, from, to);
      const alone: MatrixPart[] = [];
      for (const hour of hours.slice(0, 6))
        alone.push(...(await buildMatrix(other.ports, plan, frozen, [hour], fresh)));
      expect(alone).toEqual((await buildMatrix(bench.ports, plan, snapshot, hours, fresh)).slice(0, 6));
    } finally {
      await other.close();
    }
  });

  test('refuse an hour that the snapshot lacks and a feature that does not fit its column', async () => {
    await expect(buildMatrix(bench.ports, plan, snapshot, ['2001-03-03T01'], fresh)).rejects.toThrow(
      'snapshot.missing-hour',
    );
    const wrong = flightPlan([{ kind: 'number', name: 'delay', column: 'delay' }]);
    await expect(buildMatrix(bench.ports, wrong, snapshot, [from], fresh)).rejects.toThrow('in which null never comes');
    const typed = flightPlan([{ kind: 'cyclic', name: 'hour', column: 'origin', period: 'day of week' }]);
    await expect(buildMatrix(bench.ports, typed, snapshot, [from], fresh)).rejects.toThrow('column.wrong-type');
  });

  test('refuse an object with other rows than its partition has', async () => {
    const [part, ...others] = snapshot.parts;
    const odd = { ...snapshot, parts: [{ ...(part as NonNullable<typeof part>), content: 'odd', rows: 7 }, ...others] };
    const bare = flightPlan([{ kind: 'number', name: 'distance', column: 'distance' }]);
    await expect(buildMatrix(bench.ports, bare, odd, [from], fresh)).rejects.toThrow('storage.damaged');
  });
});

describe('a loaded matrix', () => {
  test('leaves out rows that have not settled, and counts them', async () => {
    const parts = await buildMatrix(bench.ports, plan, snapshot, hours, fresh);
    const encoders = fitEncoders(plan, parts.slice(0, 10));
    const asOf = '2001-03-02T20';
    const loaded = await loadMatrix(bench.ports.store, parts, encoders, asOf);
    const inOrder = hours.flatMap((hour) => flightsOf(hour));
    const known = inOrder.filter((flight) => settled(flight).at <= hourStart(asOf));
    expect(loaded.rows).toBe(known.length);
    expect(loaded.unsettled).toBe(inOrder.length - known.length);
    expect([...loaded.labels]).toEqual(known.map((flight) => (settled(flight).late ? 1 : 0)));
    expect([...loaded.hours].map((at) => hours[at])).toEqual(known.map((flight) => hourOf(flight.date)));
    expect(known.map((_, row) => loaded.numeric[row * loaded.width])).toEqual(known.map((flight) => flight.distance));
    const vocabulary = encoders.vocabularies[0] ?? [];
    expect(known.map((_, row) => loaded.categories[row * loaded.categoryCount])).toEqual(
      known.map((flight) => vocabulary.indexOf(flight.origin ?? '') + 1),
    );
    const { values, codes } = loaded.slices.origin ?? { values: [], codes: [] };
    expect([...codes].map((code) => values[code])).toEqual(known.map((flight) => flight.origin));
    expect(values).toEqual([...values].sort());
  });

  test('has encoders of exactly the train rows', async () => {
    const parts = await buildMatrix(bench.ports, plan, snapshot, hours, fresh);
    const encoders = fitEncoders(plan, parts);
    const flights = hours.flatMap((hour) => flightsOf(hour));
    const mean = flights.reduce((sum, flight) => sum + flight.distance, 0) / flights.length;
    const variance = flights.reduce((sum, flight) => sum + (flight.distance - mean) ** 2, 0) / flights.length;
    expect(encoders.scaling[0]?.mean).toBeCloseTo(mean, 8);
    expect(encoders.scaling[0]?.deviation).toBeCloseTo(Math.sqrt(variance), 8);
    expect(encoders.vocabularies[0]).toEqual([...new Set(flights.map((flight) => flight.origin))].sort());
    expect(encoders.vocabularies[1]).toEqual(['false']);
    expect(encoders.columns.numeric).toEqual(['distance', 'hour.sin', 'hour.cos', 'originLately', 'destinationLately']);
  });

  test('scales a constant column by 1', async () => {
    const same = rows.map((row) => ({ ...row, distance: 700 }));
    const frozen = await freeze(bench.ports, same, from, '2001-03-01T17');
    const parts = await buildMatrix(bench.ports, plan, frozen, hours.slice(0, 3), fresh);
    expect(fitEncoders(plan, parts).scaling[0]).toEqual({ mean: 700, deviation: 1 });
  });
});

test('the feature stage gives the window, its encoders and the table of asOf', async () => {
  const window = runWindow(plan, hourStart('2001-03-03T00') - 2 * hourMs);
  const matrix = await buildFeatureMatrix(bench.ports, plan, snapshot, window);
  expect(matrix.train.map((part) => part.hour)).toEqual(window.train);
  expect(matrix.validate.map((part) => part.hour)).toEqual(window.validate);
  expect(matrix.test.map((part) => part.hour)).toEqual(window.test);
  const sketched = await buildMatrix(bench.ports, plan, snapshot, window.train, fresh);
  expect(matrix.encoders).toEqual(fitEncoders(plan, sketched));
  expect(matrix.train).toEqual(sketched.map(({ hour, key, object, rows }) => ({ hour, key, object, rows })));
  expect(matrix.table).toEqual((await buildTables(bench.ports, plan, snapshot, [window.asOf])).get(window.asOf));
  expect(JSON.parse(JSON.stringify(matrix))).toEqual(matrix);
});

function textsOf(columns: MatrixRows['categories'], name: string): (string | undefined)[] {
  const column = columns.find((one) => one.name === name);
  return [...(column?.codes ?? [])].map((code) => column?.values[code]);
}

function expectNear(came: Float32Array, expected: readonly number[]): void {
  expect(came.length).toBe(expected.length);
  const far = expected.filter(
    (value, at) => Math.abs(value - (came[at] ?? Number.NaN)) > 1e-6 * Math.max(1, Math.abs(value)),
  );
  expect(far).toEqual([]);
}

/** A row's numeric features in plain JavaScript. */
function slowFeatures(flight: FlightRow, table: HourTable): number[] {
  const angle = ((flight.date % 86_400_000) / 86_400_000) * 2 * Math.PI;
  const rateOf = (name: string, key: string, smoothing: number): number => {
    const { keys, values, otherwise } = smoothedRates(
      table[name] ?? { keys: [], positives: [], totals: [] },
      smoothing,
    );
    return values[keys.indexOf(key)] ?? otherwise;
  };
  return [
    flight.distance,
    Math.sin(angle),
    Math.cos(angle),
    rateOf('originLately', flight.origin ?? '', 20),
    rateOf('destinationLately', flight.destination, 5),
  ];
}
