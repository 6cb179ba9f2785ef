import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HourTable, RateTable, TableReference } from '../../core/matrix.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { type Hour, hourMs, hourOf, hourStart, hoursBetween } from '../../core/time.ts';
import { buildMatrix } from '../../features/buildMatrix.ts';
import { buildTables } from '../../features/buildTables.ts';
import { decodeMatrixFile } from '../../features/matrixFile.ts';
import { smoothedRates } from '../../features/rate.ts';
import { getObject, getObjectJson } from '../../storage/objects.ts';
import { countingStore } from './countingStore.ts';
import { type Bench, type FlightRow, flightPlan, freeze, openBench, readFlights, settled } from './flights.ts';

const plan = flightPlan();
const from = '2001-03-01T00';
const to = '2001-03-03T00';
const hours = hoursBetween(hourStart('2001-03-01T14'), hourStart(to) + hourMs);
let bench: Bench;
let rows: FlightRow[];
let snapshot: Snapshot;

beforeAll(async () => {
  bench = await openBench();
  // A hole in the night: three hours without a flight.
  const all = await readFlights(bench.ports, from, to);
  rows = all.filter((row) => !['2001-03-02T02', '2001-03-02T03', '2001-03-02T04'].includes(hourOf(row.date)));
  snapshot = await freeze(bench.ports, rows, from, to);
});
afterAll(() => bench.close());

async function tableOf(reference: TableReference | undefined): Promise<HourTable> {
  return getObjectJson<HourTable>(bench.ports.store, reference?.object ?? '');
}

describe('tables of recent rates', () => {
  test('are those of a slow count of two days of flights', async () => {
    const tables = await buildTables(bench.ports, plan, snapshot, hours);
    expect([...tables.keys()]).toEqual(hours);
    for (const hour of hours) {
      expect(await tableOf(tables.get(hour))).toEqual({
        originLately: slowTable(rows, hour, (row) => row.origin ?? '', 6),
        destinationLately: slowTable(rows, hour, (row) => row.destination, 3),
      });
    }
  });

  test('know no label that settles at their hour or later', async () => {
    const hour = '2001-03-02T12';
    const changed = rows.map((row) => (settled(row).at >= hourStart(hour) ? { ...row, delay: 999 } : row));
    const other = await freeze(bench.ports, changed, from, to);
    const before = await tableOf((await buildTables(bench.ports, plan, snapshot, [hour])).get(hour));
    const after = await buildTables(bench.ports, plan, other, [hour, '2001-03-02T13']);
    expect(await tableOf(after.get(hour))).toEqual(before);
    expect(await tableOf(after.get('2001-03-02T13'))).not.toEqual(
      await tableOf((await buildTables(bench.ports, plan, snapshot, ['2001-03-02T13'])).get('2001-03-02T13')),
    );
  });

  test('hold a label that settled on the hour only from the next hour on', async () => {
    const row: FlightRow = { ...flight, date: hourStart('2001-03-01T20'), distance: 675, delay: 60 };
    expect(settled(row).at).toBe(hourStart('2001-03-01T22'));
    const alone = await freeze(bench.ports, [row], from, to);
    const all = hoursBetween(hourStart('2001-03-01T20'), hourStart('2001-03-02T06'));
    const tables = await buildTables(bench.ports, plan, alone, all);
    const knowing: Hour[] = [];
    for (const hour of all) if ((await tableOf(tables.get(hour))).originLately?.keys[0] === 'AAA') knowing.push(hour);
    expect(knowing).toEqual(hoursBetween(hourStart('2001-03-01T23'), hourStart('2001-03-02T05')));
  });

  test('are counts as well: a feature of either kind reads the same table, and no row its own hour', async () => {
    const count = { kind: 'recentCount', name: 'originCount', column: 'origin', overMs: 6 * hourMs } as const;
    const counting = flightPlan([...plan.features, count, { ...count, name: 'originBusy', scale: 'log' }]);
    const hour = '2001-03-02T12';
    const table = await tableOf((await buildTables(bench.ports, counting, snapshot, [hour])).get(hour));
    expect(table.originCount).toEqual(table.originLately);
    const [part] = await buildMatrix(bench.ports, counting, snapshot, [hour], { tablesOlderByHours: 0 });
    const { numeric } = decodeMatrixFile(await getObject(bench.ports.store, part?.object ?? ''));
    const known = slowTable(rows, hour, (row) => row.origin ?? '', 6);
    const inHour = rows.filter((row) => hourOf(row.date) === hour);
    const width = numeric.length / inHour.length;
    const counts = inHour.map((row) => known.totals[known.keys.indexOf(row.origin ?? '')] ?? 0);
    expect(inHour.map((_, row) => numeric[(row + 1) * width - 2])).toEqual(counts);
    expect(inHour.map((_, row) => numeric[(row + 1) * width - 1])).toEqual(
      counts.map((total) => Math.fround(Math.log1p(total))),
    );
    expect(Math.max(...counts)).toBeGreaterThan(10);
  });

  test('leave out a label that took longer than settlesWithin, and one that is null', async () => {
    const slow = { ...flight, date: hourStart('2001-03-01T16'), distance: 5_000 };
    const never = { ...flight, date: hourStart('2001-03-01T20'), delay: null };
    const tables = await buildTables(bench.ports, plan, await freeze(bench.ports, [slow, never], from, to), hours);
    const totals = await Promise.all(hours.map(async (hour) => (await tableOf(tables.get(hour))).originLately?.totals));
    expect(totals.flat()).toEqual([]);
  });

  test('take a null text for the empty one, and sort keys by code units', async () => {
    const at = hourStart('2001-03-01T20');
    const origins = ['\u{1F6EB}', '\uFF21', null, "O'Hare", 'B'];
    const odd = await freeze(
      bench.ports,
      origins.map((origin) => ({ ...flight, origin, date: at })),
      from,
      to,
    );
    const table = await tableOf((await buildTables(bench.ports, plan, odd, ['2001-03-01T23'])).get('2001-03-01T23'));
    expect(table.originLately?.keys).toEqual(['', 'B', "O'Hare", '\u{1F6EB}', '\uFF21']);
  });

  test('are computed once, and again only where a partition changed', async () => {
    const counting = countingStore(bench.ports.store);
    const ports = { ...bench.ports, store: counting.store };
    const first = await buildTables(bench.ports, plan, snapshot, hours);
    expect(await buildTables(ports, plan, snapshot, hours)).toEqual(first);
    expect(counting.created).toEqual([]);
    const late = rows.map((row) => (hourOf(row.date) === '2001-03-02T09' ? { ...row, delay: 500 } : row));
    const second = await buildTables(ports, plan, await freeze(bench.ports, late, from, to), hours);
    const changed = hours.filter((hour) => first.get(hour)?.key !== second.get(hour)?.key);
    expect(changed).toEqual(hoursBetween(hourStart('2001-03-02T10'), hourStart('2001-03-03T00')));
    expect(counting.created.filter((key) => key.startsWith('stages/'))).toHaveLength(changed.length);
  });

  test('are empty for a plan without recent rates, and need no rows before the window', async () => {
    const bare = flightPlan([{ kind: 'number', name: 'distance', column: 'distance' }]);
    const tables = await buildTables(bench.ports, bare, snapshot, [from, '2001-03-02T00']);
    expect(await tableOf(tables.get(from))).toEqual({});
  });

  test('refuse a snapshot that begins too late for them', async () => {
    await expect(buildTables(bench.ports, plan, snapshot, ['2001-03-01T13'])).rejects.toThrow(
      'snapshot.missing-hour: expected the hour 2001-02-28T23, which the table of 2001-03-01T13 is made of, but came snapshot sn1-test with 2001-03-01T00 to 2001-03-02T23',
    );
  });

  test('are computed again when their object is gone', async () => {
    const tables = await buildTables(bench.ports, plan, snapshot, hours);
    const object = tables.get('2001-03-02T12')?.object;
    await bench.ports.store.remove(`objects/${object}`);
    expect(await buildTables(bench.ports, plan, snapshot, hours)).toEqual(tables);
    expect(await bench.ports.store.has(`objects/${object}`)).toBe(true);
  });
});

describe('smoothed rates', () => {
  test('lie between the share of their key and the prior, as float32', () => {
    const counts = fc.array(fc.tuple(fc.nat(50), fc.nat(50)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(counts, fc.nat(100), (pairs, smoothing) => {
        const table = tableFrom(pairs);
        const { values: rates, otherwise: prior } = smoothedRates(table, smoothing);
        for (const [at, rate] of rates.entries()) {
          const total = table.totals[at] ?? 0;
          const share = total === 0 ? prior : (table.positives[at] ?? 0) / total;
          expect(rate).toBe(Math.fround(rate));
          expect(rate).toBeGreaterThanOrEqual(Math.min(share, prior) - 1e-6);
          expect(rate).toBeLessThanOrEqual(Math.max(share, prior) + 1e-6);
        }
      }),
    );
  });

  test('know nothing from an empty table', () => {
    expect(smoothedRates({ keys: [], positives: [], totals: [] }, 20)).toEqual({
      keys: [],
      values: [],
      otherwise: 0.5,
    });
  });
});

const flight: FlightRow = { date: 0, delay: 60, distance: 300, origin: 'AAA', destination: 'BBB', weekend: false };

function tableFrom(pairs: readonly (readonly [number, number])[]): RateTable {
  const keys = pairs.map((_, at) => `K${at}`);
  return { keys, positives: pairs.map(([positives]) => positives), totals: pairs.map(([a, b]) => a + b) };
}

/** Row by row, in plain JavaScript, from the words of the design. */
function slowTable(
  all: readonly FlightRow[],
  hour: Hour,
  keyOf: (row: FlightRow) => string,
  overHours: number,
): RateTable {
  const end = hourStart(hour);
  const counts = new Map<string, { positives: number; total: number }>();
  for (const row of all) {
    const { at, late } = settled(row);
    if (row.delay === null || at < end - overHours * hourMs || at >= end || at - row.date > 8 * hourMs) continue;
    const count = counts.get(keyOf(row)) ?? { positives: 0, total: 0 };
    counts.set(keyOf(row), { positives: count.positives + (late ? 1 : 0), total: count.total + 1 });
  }
  const keys = [...counts.keys()].sort();
  const held = keys.map((key) => counts.get(key) ?? { positives: 0, total: 0 });
  return { keys, positives: held.map((count) => count.positives), totals: held.map((count) => count.total) };
}
