import type { Encoders, HourTable } from '../core/matrix.ts';
import type { GoldenRows, RawColumn } from '../core/modelPackage.ts';
import type { Plan } from '../core/plan.ts';
import type { Snapshot } from '../core/snapshot.ts';
import type { Hour } from '../core/time.ts';
import { sqlName } from '../datasets/database.ts';
import type { DataPorts } from '../datasets/dataPorts.ts';
import { getObjectJson } from '../storage/objects.ts';
import { buildWholeTable } from './buildTables.ts';
import { categoryColumns, fillCategory } from './codedColumns.ts';
import { drawRows } from './drawRows.ts';
import { bucketNumbers, categoryFeatures, featureQuery, numericFeatures } from './hourFeatures.ts';
import type { HourRows } from './hourRows.ts';
import { keySql } from './keyLookup.ts';
import { partsByHour } from './partsByHour.ts';
import type { QueryColumn } from './queryColumn.ts';
import { rawColumns } from './rawColumns.ts';
import { readHours } from './readHours.ts';
import { sqlMissing } from './sqlNumbers.ts';

/** The same rows twice: as the raw columns that `model.onnx` takes, and as the features that `network.onnx` takes. */
export interface ParityRows {
  readonly rows: number;
  /** Dates are milliseconds UTC; of a nullable column, booleans are 1 and 0. A missing text is the empty one. */
  readonly raw: Record<string, RawValue[]>;
  /** Row-major, unscaled; NaN where a value is missing. */
  readonly numeric: Float32Array;
  /** Row-major places in the encoders' vocabularies. */
  readonly categories: Int32Array;
}

type RawValue = GoldenRows['columns'][string][number];

/**
 * Up to `count` rows of these hours, drawn without replacement by a seeded generator, in the order of their hours. All
 * of them read the table of `asOf`, as the package does. Throws as `buildMatrix` does.
 */
export async function parityRows(
  ports: DataPorts,
  plan: Plan,
  snapshot: Snapshot,
  encoders: Encoders,
  hours: readonly Hour[],
  asOf: Hour,
  count: number,
  seed: number,
): Promise<ParityRows> {
  const { eventTime } = plan.contract;
  const parts = partsByHour(snapshot);
  const draw = drawRows([...new Set(hours)].sort().map(parts.at), eventTime, count, seed);
  const columns = [...featureQuery(plan), ...rawColumns(plan).map(rawQuery)];
  const { object } = await buildWholeTable(ports, plan, snapshot, asOf);
  const table = await getObjectJson<HourTable>(ports.store, object);
  const blocks: ParityRows[] = [];
  for await (const rows of readHours(ports, draw.parts, { eventTime, columns, where: draw.where })) {
    blocks.push(blockOf(plan, encoders, table, rows));
  }
  return joined(plan, blocks);
}

/** Numbers travel as doubles: whole ones are exact up to 2^53, and null is NaN. */
function rawQuery({ name, type, nullable }: RawColumn): QueryColumn {
  if (type === 'string') return { sql: keySql(name, type), as: 'text' };
  const value = type === 'date' ? `epoch_ms(${sqlName(name)})` : sqlName(name);
  const double = `CAST(${value} AS DOUBLE)`;
  return { sql: nullable ? sqlMissing(double) : double, as: 'double' };
}

function blockOf(plan: Plan, encoders: Encoders, table: HourTable, rows: HourRows): ParityRows {
  const raw = rawColumns(plan).map((column) => [column.name, rawValues(column, rows)]);
  const columns = categoryColumns(encoders, rows.rows);
  const read = { categories: categoryFeatures(plan, rows), numbers: bucketNumbers(plan, rows) };
  const all = Int32Array.from({ length: rows.rows }, (_, row) => row);
  for (const column of columns) fillCategory(column, read, all, 0);
  return {
    rows: rows.rows,
    raw: Object.fromEntries(raw),
    numeric: numericFeatures(plan, rows, table),
    categories: columns[0]?.into ?? new Int32Array(),
  };
}

function rawValues(column: RawColumn, rows: HourRows): RawValue[] {
  const { sql, as } = rawQuery(column);
  if (as === 'double') return Array.from(rows.doubles(sql), (value) => rawValue(column, value));
  const { values, codes } = rows.texts(sql);
  return Array.from(codes, (code) => values[code] ?? '');
}

function rawValue({ type, nullable }: RawColumn, value: number): RawValue {
  if (nullable) return Number.isNaN(value) ? null : value;
  return type === 'boolean' ? value !== 0 : value;
}

function joined(plan: Plan, blocks: readonly ParityRows[]): ParityRows {
  return {
    rows: blocks.reduce((sum, block) => sum + block.rows, 0),
    raw: Object.fromEntries(
      rawColumns(plan).map(({ name }) => [name, blocks.flatMap((block) => block.raw[name] ?? [])]),
    ),
    numeric: Float32Array.from(blocks.flatMap((block) => [...block.numeric])),
    categories: Int32Array.from(blocks.flatMap((block) => [...block.categories])),
  };
}
