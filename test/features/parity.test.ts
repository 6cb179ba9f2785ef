import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { columnsRead } from '../../core/columnsRead.ts';
import type { FeaturePlan, KeyPart } from '../../core/featurePlan.ts';
import type { Encoders, HourTable } from '../../core/matrix.ts';
import type { Plan } from '../../core/plan.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { hourMs, hourOf, hourStart, hoursBetween } from '../../core/time.ts';
import { buildMatrix } from '../../features/buildMatrix.ts';
import { buildWholeTable } from '../../features/buildTables.ts';
import { fitEncoders } from '../../features/fitEncoders.ts';
import { type ParityRows, parityRows } from '../../features/parityRows.ts';
import { rawColumns } from '../../features/rawColumns.ts';
import { getObjectJson } from '../../storage/objects.ts';
import { type Bench, type FlightRow, flightPlan, freeze, openBench, readFlights } from './flights.ts';
import { inGraph } from './partGraph.ts';

const over = { overMs: 6 * hourMs, smoothing: 20 };
const flight: readonly KeyPart[] = [
  { column: 'origin' },
  { column: 'destination' },
  { column: 'weekend' },
  { column: 'date', timeOfDayMs: 2 * hourMs },
];
const ofEachKind: readonly FeaturePlan[] = [
  { kind: 'number', name: 'distance', column: 'distance' },
  { kind: 'cyclic', name: 'hour', column: 'date', period: 'hour of day' },
  { kind: 'cyclic', name: 'day', column: 'date', period: 'day of week' },
  { kind: 'cyclic', name: 'minutes', column: 'date', period: 'hour of day', harmonics: 24 },
  { kind: 'category', name: 'origin', column: 'origin' },
  { kind: 'category', name: 'weekend', column: 'weekend' },
  { kind: 'category', name: 'miles', column: 'distance' },
  { kind: 'recentRate', name: 'originLately', column: 'origin', ...over },
  { kind: 'recentRate', name: 'weekendLately', column: 'weekend', ...over },
  { kind: 'recentRate', name: 'milesLately', column: 'distance', ...over },
  { kind: 'recentRate', name: 'routeLately', by: [{ column: 'origin' }, { column: 'destination' }], ...over },
  { kind: 'recentRate', name: 'flightLately', by: flight, ...over },
  { kind: 'recentCount', name: 'flightCount', by: flight, overMs: over.overMs },
  { kind: 'recentRate', name: 'stepLately', by: [{ column: 'date', timeOfDayMs: hourMs / 4 }], ...over },
  { kind: 'recentRate', name: 'mixed', by: [{ column: 'weekend' }, { column: 'distance' }], ...over },
];
const asOf = '2001-03-02T00';
const train = hoursBetween(hourStart('2001-03-01T14'), hourStart('2001-03-01T16'));
const judged = hoursBetween(hourStart('2001-03-01T16'), hourStart(asOf));
let bench: Bench;
let rows: FlightRow[];
let snapshot: Snapshot;

beforeAll(async () => {
  bench = await openBench();
  const real = await readFlights(bench.ports, '2001-03-01T00', asOf, 100);
  rows = real.map((row, at) => (at % 50 === 0 ? { ...row, origin: null } : { ...row, weekend: at % 3 === 0 }));
  snapshot = await freeze(bench.ports, rows, '2001-03-01T00', asOf);
});
afterAll(() => bench.close());

describe('SQL and ONNX give the same features', () => {
  for (const feature of ofEachKind) {
    test(`for ${feature.kind} of '${columnsRead(feature)}', named '${feature.name}'`, async () => {
      const plan = flightPlan([feature]);
      const { sql, encoders, table } = await featurize(plan, snapshot);
      expect(sql.rows).toBe(500);
      expectSame((await inGraph(plan, feature, sql, encoders, table)).values, sql);
    });
  }

  test('where no label has settled and nothing was trained on', async () => {
    for (const feature of ofEachKind.filter(({ kind }) => kind === 'category' || kind === 'recentRate')) {
      const plan = flightPlan([feature]);
      const never = rows.map((row) => ({ ...row, delay: null }));
      const { sql, table } = await featurize(plan, await freeze(bench.ports, never, '2001-03-01T00', asOf));
      const encoders = fitEncoders(plan, []);
      const untrained = { ...sql, categories: sql.categories.map(() => 0) };
      expectSame((await inGraph(plan, feature, sql, encoders, table)).values, untrained);
      expect([...new Set(sql.numeric)]).toEqual(feature.kind === 'recentRate' ? [0.5] : []);
    }
  });

  test('at times before 1970', async () => {
    const shift = 40 * 365 * 24 * hourMs;
    const old = rows.slice(0, 400).map((row) => ({ ...row, date: row.date - shift }));
    const [first, last] = [hourStart('2001-03-01T00') - shift, hourStart(asOf) - shift];
    const frozen = await freeze(bench.ports, old, hourOf(first), hourOf(last));
    for (const feature of ofEachKind.filter(({ kind, name }) => kind === 'cyclic' || name === 'stepLately')) {
      const plan = flightPlan([feature]);
      const hours = hoursBetween(first, last);
      const sql = await parityRows(bench.ports, plan, frozen, fitEncoders(plan, []), hours, hourOf(last), 400, 7);
      expect(sql.raw.date?.every((date) => Number(date) < 0)).toBe(true);
      expectSame((await inGraph(plan, feature, sql, fitEncoders(plan, []), {})).values, sql);
    }
  });
});

describe('rows for the parity test', () => {
  test('are drawn by the seed, without replacement, in order', async () => {
    const plan = flightPlan(ofEachKind);
    const draw = async (count: number, seed: number): Promise<ParityRows> =>
      parityRows(bench.ports, plan, snapshot, fitEncoders(plan, []), judged, asOf, count, seed);
    const [once, again, other, all] = [await draw(50, 1), await draw(50, 1), await draw(50, 2), await draw(1e6, 1)];
    expect(again).toEqual(once);
    expect(other.raw).not.toEqual(once.raw);
    const inHours = rows.filter((row) => judged.includes(hourOf(row.date)));
    expect(all.rows).toBe(inHours.length);
    expect(all.raw).toEqual({
      date: inHours.map((row) => row.date),
      destination: inHours.map((row) => row.destination),
      distance: inHours.map((row) => row.distance),
      origin: inHours.map((row) => row.origin ?? ''),
      weekend: inHours.map((row) => row.weekend),
    });
    expect(Object.keys(all.raw)).toEqual(rawColumns(plan).map((column) => column.name));
  });

  test('of no hours are none', async () => {
    const plan = flightPlan(ofEachKind);
    const none = await parityRows(bench.ports, plan, snapshot, fitEncoders(plan, []), [], asOf, 10, 1);
    expect(none).toMatchObject({ rows: 0, raw: { origin: [] } });
  });
});

interface Featurized {
  readonly sql: ParityRows;
  readonly encoders: Encoders;
  readonly table: HourTable;
}

async function featurize(plan: Plan, frozen: Snapshot): Promise<Featurized> {
  const encoders = fitEncoders(plan, await buildMatrix(bench.ports, plan, frozen, train, { tablesOlderByHours: 0 }));
  const sql = await parityRows(bench.ports, plan, frozen, encoders, judged, asOf, 500, 7);
  const { object } = await buildWholeTable(bench.ports, plan, frozen, asOf);
  return { sql, encoders, table: await getObjectJson<HourTable>(bench.ports.store, object) };
}

function expectSame(
  came: readonly number[],
  { numeric, categories }: Pick<ParityRows, 'numeric' | 'categories'>,
): void {
  const expected = numeric.length > 0 ? [...numeric] : [...categories];
  expect(came.length).toBe(expected.length);
  expect(expected.length).toBeGreaterThan(0);
  expect(came.filter((value, at) => Math.abs(value - (expected[at] ?? Number.NaN)) > 1e-6)).toEqual([]);
}
