import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FeaturePlan } from '../../core/featurePlan.ts';
import type { HourTable, MatrixPart } from '../../core/matrix.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { type Hour, hourMs, hourOf, hourStart } from '../../core/time.ts';
import { buildMatrix } from '../../features/buildMatrix.ts';
import { buildTables, buildWholeTable } from '../../features/buildTables.ts';
import { decodeMatrixFile } from '../../features/matrixFile.ts';
import { getObject, getObjectJson } from '../../storage/objects.ts';
import { type Bench, type FlightRow, flightPlan, freeze, openBench, readFlights, settled } from './flights.ts';

const [from, to] = ['2001-03-01T12', '2001-03-02T14'];
const stepMs = hourMs / 2;
const by = [{ column: 'origin' }, { column: 'destination' }, { column: 'date', timeOfDayMs: stepMs }];
const route: FeaturePlan = { kind: 'recentRate', name: 'route', by: by.slice(0, 2), overMs: 5 * hourMs, smoothing: 3 };
const step: FeaturePlan = { kind: 'recentRate', name: 'step', by: by.slice(2), overMs: 3 * hourMs, smoothing: 0 };
const count: FeaturePlan = { kind: 'recentCount', name: 'count', by: by.slice(0, 2), overMs: 2 * hourMs };
const plan = flightPlan([route, step, count]);
const hours: readonly Hour[] = ['2001-03-02T06', '2001-03-02T12', '2001-03-02T13'];
let bench: Bench;
let rows: FlightRow[];
let snapshot: Snapshot;

beforeAll(async () => {
  bench = await openBench();
  const busy = (await readFlights(bench.ports, from, to)).filter(({ origin }) => origin === 'ORD' || origin === 'DEN');
  rows = busy.map((row, at) => (at % 40 === 0 ? { ...row, origin: null } : row));
  snapshot = await freeze(bench.ports, rows, from, to);
});
afterAll(() => bench.close());

describe('features with a compound key', () => {
  for (const older of [0, 1]) {
    test(`know what settled before the hour, ${older} hours ago`, async () => {
      const parts = await buildMatrix(bench.ports, plan, snapshot, hours, { tablesOlderByHours: older });
      for (const [at, hour] of hours.entries()) {
        const known = hourStart(hour) - older * hourMs;
        const asking = rows.filter((row) => hourOf(row.date) === hour);
        expect(await numericOf(parts[at])).toEqual(asking.flatMap((row) => slowFeatures(row, known)));
        expect(asking.length).toBeGreaterThan(5);
      }
    });
  }

  test('have no table but the whole one, which is that of the same rows', async () => {
    const hour = hours[1] ?? '';
    const table = (await buildTables(bench.ports, plan, snapshot, [hour])).get(hour);
    expect(await getObjectJson<HourTable>(bench.ports.store, table?.object ?? '')).toEqual({});
    const whole = await buildWholeTable(bench.ports, plan, snapshot, hour);
    const { route: rates } = await getObjectJson<HourTable>(bench.ports.store, whole.object);
    const slow = slowCounts(hourStart(hour), 5, (row) => `${row.origin ?? ''}\u0000${row.destination}`);
    expect(rates?.keys).toEqual([...slow.keys()].sort());
    expect(rates?.totals).toEqual(rates?.keys.map((key) => slow.get(key)?.total));
    expect(rates?.positives).toEqual(rates?.keys.map((key) => slow.get(key)?.positives));
  });

  test('of hours in which nothing has settled are even', async () => {
    const [part] = await buildMatrix(
      bench.ports,
      plan,
      await freeze(bench.ports, rows.slice(-9), from, to),
      [hours[2] ?? ''],
      {
        tablesOlderByHours: 0,
      },
    );
    expect([...new Set(await numericOf(part))]).toEqual([0.5, 0]);
  });

  test('change with a label that comes late to an hour before', async () => {
    const build = (frozen: Snapshot): Promise<MatrixPart[]> =>
      buildMatrix(bench.ports, plan, frozen, hours.slice(1), { tablesOlderByHours: 0 });
    const [first, again] = [await build(snapshot), await build(snapshot)];
    expect(again).toEqual(first);
    const late = { ...(rows[0] as FlightRow), date: hourStart(hours[1] ?? '') - 2 * hourMs, delay: 90 };
    const sorted = [...rows, late].sort((a, b) => a.date - b.date);
    const corrected = await build(await freeze(bench.ports, sorted, from, to));
    expect(corrected[0]?.key).not.toBe(first[0]?.key);
  });
});

async function numericOf(part: MatrixPart | undefined): Promise<number[]> {
  return [...decodeMatrixFile(await getObject(bench.ports.store, part?.object ?? '')).numeric];
}

type Slow = Map<string, { positives: number; total: number }>;

/** Counted a second time, label by label. */
function slowCounts(knownMs: number, over: number, keyOf: (row: FlightRow) => string): Slow {
  const counts: Slow = new Map();
  for (const row of rows) {
    const { at, late } = settled(row);
    const tooLong = at - row.date > 8 * hourMs || row.delay === null;
    if (tooLong || at >= knownMs || at < knownMs - over * hourMs) continue;
    const { positives, total } = counts.get(keyOf(row)) ?? { positives: 0, total: 0 };
    counts.set(keyOf(row), { positives: positives + (late ? 1 : 0), total: total + 1 });
  }
  return counts;
}

function slowFeatures(row: FlightRow, knownMs: number): number[] {
  const pair = (each: FlightRow): string => `${each.origin ?? ''}-${each.destination}`;
  const stepOf = (each: FlightRow): string => `${Math.floor((each.date % (24 * hourMs)) / stepMs)}`;
  const rate = (over: number, keyOf: (row: FlightRow) => string, smoothing: number): number => {
    const counts = slowCounts(knownMs, over, keyOf);
    const all = [...counts.values()];
    const total = all.reduce((sum, each) => sum + each.total, 0);
    const prior = total === 0 ? 0.5 : all.reduce((sum, each) => sum + each.positives, 0) / total;
    const own = counts.get(keyOf(row));
    if (own === undefined) return Math.fround(prior);
    return Math.fround((own.positives + smoothing * prior) / (own.total + smoothing));
  };
  const settledOfRoute = slowCounts(knownMs, 2, pair).get(pair(row))?.total ?? 0;
  return [rate(5, pair, 3), rate(3, stepOf, 0), settledOfRoute];
}
