import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FeaturePlan } from '../../core/featurePlan.ts';
import type { Plan } from '../../core/plan.ts';
import type { PartitionVersion, Snapshot } from '../../core/snapshot.ts';
import { hourMs, hourOf, hourStart, hoursBetween } from '../../core/time.ts';
import { openDatabase, sqlText } from '../../datasets/database.ts';
import type { DataPorts } from '../../datasets/dataPorts.ts';
import { digestOfFile } from '../../storage/digest.ts';
import { localDisk } from '../../storage/localDisk.ts';
import { putObjectFile } from '../../storage/objects.ts';

export interface Bench {
  readonly ports: DataPorts;
  close(): Promise<void>;
}

/** A store and a database in a folder of their own. */
export async function openBench(): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'whet-features-'));
  const database = await openDatabase({ threads: 1, memoryLimitMb: 1_000, temporaryFolder: join(folder, 'spill') });
  const close = async (): Promise<void> => {
    database.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { ports: { store: localDisk(join(folder, 'store')), database, folder }, close };
}

export interface FlightRow {
  readonly date: number;
  readonly delay: number | null;
  readonly distance: number;
  readonly origin: string | null;
  readonly destination: string;
  readonly weekend: boolean;
}

const sampleFile = 'node_modules/vega-datasets/data/flights-3m.parquet';
const columnTypes = {
  date: 'BIGINT',
  delay: 'BIGINT',
  distance: 'BIGINT',
  origin: 'VARCHAR',
  destination: 'VARCHAR',
  weekend: 'BOOLEAN',
};

/** Real flights of [from, to), at most `perHour` of each hour. */
export async function readFlights(ports: DataPorts, from: string, to: string, perHour = 1e9): Promise<FlightRow[]> {
  return ports.database.rows<FlightRow>(
    `SELECT CAST(epoch_ms(date) AS DOUBLE) AS date, CAST(delay AS DOUBLE) AS delay, CAST(distance AS DOUBLE) AS distance,
      origin, destination, dayofweek(date) IN (0, 6) AS weekend
    FROM ${sqlText(sampleFile)} WHERE date >= '${from}:00:00' AND date < '${to}:00:00'
    QUALIFY row_number() OVER (PARTITION BY date_trunc('hour', date) ORDER BY hash(ROW(date, delay, distance, origin, destination))) <= ${perHour}
    ORDER BY date, origin, destination, delay, distance`,
  );
}

/**
 * A snapshot of these rows over all hours of [from, to), hours without rows among them. Rows have `date`, their event
 * time in milliseconds UTC; a column of the type TIMESTAMP does as well.
 */
export async function freeze<R extends { readonly date: number }>(
  ports: DataPorts,
  rows: readonly R[],
  from: string,
  to: string,
  types: Readonly<Record<string, string>> = columnTypes,
): Promise<Snapshot> {
  const hours = hoursBetween(hourStart(from), hourStart(to));
  const file = join(ports.folder, 'rows.ndjson');
  await writeFile(file, rows.map((row) => JSON.stringify(row)).join('\n'));
  await ports.database.run(
    `CREATE OR REPLACE TEMP TABLE frozen AS SELECT ${timesSql(types)}, row_number() OVER () - 1 AS _row
    FROM read_json(${sqlText(file)}, format = 'newline_delimited', columns = { ${columnsSql(types)} })`,
  );
  const parts: PartitionVersion[] = [];
  const counts = Map.groupBy(rows, (row) => hourOf(row.date));
  for (const hour of hours) parts.push(await freezeHour(ports, hour, counts.get(hour)?.length ?? 0));
  return { format: 1, id: 'sn1-test', contract: 'flights', contractDigest: 'none', parts };
}

async function freezeHour(ports: DataPorts, hour: string, rows: number): Promise<PartitionVersion> {
  const bare = { hour, read: rows, quarantined: 0, rows, reasons: {} };
  if (rows === 0) return { ...bare, key: 'empty', object: null, content: 'empty' };
  const file = join(ports.folder, 'part.parquet');
  const start = hourStart(hour);
  await ports.database.run(
    `COPY (SELECT * FROM frozen WHERE epoch_ms(date) >= ${start} AND epoch_ms(date) < ${start + hourMs} ORDER BY _row)
    TO ${sqlText(file)} (FORMAT parquet)`,
  );
  const content = await digestOfFile(file);
  return { ...bare, key: content, object: await putObjectFile(ports.store, file), content };
}

function columnsSql(types: Readonly<Record<string, string>>): string {
  return Object.entries(types)
    .map(([name, type]) => `'${name}': '${type === 'TIMESTAMP' ? 'BIGINT' : type}'`)
    .join(', ');
}

function timesSql(types: Readonly<Record<string, string>>): string {
  const times = Object.keys(types).filter((name) => name === 'date' || types[name] === 'TIMESTAMP');
  return `${times.map((name) => `make_timestamp(${name} * 1000) AS ${name}`).join(', ')}, * EXCLUDE (${times.join(', ')})`;
}

export const flightFeatures: readonly FeaturePlan[] = [
  { kind: 'number', name: 'distance', column: 'distance' },
  { kind: 'cyclic', name: 'hour', column: 'date', period: 'hour of day' },
  { kind: 'category', name: 'origin', column: 'origin' },
  { kind: 'category', name: 'weekend', column: 'weekend' },
  { kind: 'recentRate', name: 'originLately', column: 'origin', overMs: 6 * hourMs, smoothing: 20 },
  { kind: 'recentRate', name: 'destinationLately', column: 'destination', overMs: 3 * hourMs, smoothing: 5 },
];

export function flightPlan(features: readonly FeaturePlan[] = flightFeatures): Plan {
  const column = { nullable: false, checks: [] };
  return {
    format: 1,
    pipeline: 'flight-delays',
    contract: {
      id: 'flights',
      version: '1.0.0',
      source: { kind: 'parquet', at: { sample: 'flights-3m' }, partition: 'hour' },
      key: 'row number in source partition',
      columns: [
        { ...column, name: 'date', type: 'date' },
        { ...column, name: 'delay', type: 'int', nullable: true },
        { ...column, name: 'distance', type: 'int' },
        { ...column, name: 'origin', type: 'string', nullable: true },
        { ...column, name: 'destination', type: 'string' },
        { ...column, name: 'weekend', type: 'boolean' },
      ],
      eventTime: 'date',
      rules: [],
      across: [],
      batch: [],
      severity: {},
      quarantine: { atMost: 0.01 },
    },
    label: {
      name: 'late',
      from: { column: 'delay', is: 'above', value: 15 },
      settlesAfter: { column: 'distance', timesMs: 8_000, plusMs: 1_800_000 },
      settlesWithinMs: 8 * hourMs,
    },
    window: { trainMs: 6 * hourMs, validateMs: 3 * hourMs, testMs: 3 * hourMs },
    features,
    search: { learners: [], maximize: 'auc', strategy: { kind: 'exhaustive', epochs: 1 }, seed: 7 },
    scorecard: { metrics: ['auc'], slices: ['origin'] },
    gate: [],
    retrain: [],
    rollout: { parity: true, shadowMs: 0 },
    answer: { positive: 'late', negative: 'on time' },
  };
}

/** When a flight's label is known, and what it is: written a second time, for comparison. */
export function settled(row: FlightRow): { readonly at: number; readonly late: boolean } {
  return { at: row.date + row.distance * 8_000 + 1_800_000, late: (row.delay ?? 0) > 15 };
}
