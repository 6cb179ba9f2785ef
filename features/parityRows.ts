import type { Encoders, HourTable } from '../core/matrix.ts';
import type { Plan } from '../core/plan.ts';
import type { Snapshot } from '../core/snapshot.ts';
import type { Hour } from '../core/time.ts';
import type { DataPorts } from '../datasets/dataPorts.ts';
import { getObjectJson } from '../storage/objects.ts';
import { buildWholeTable } from './buildTables.ts';
import { categoryColumns, fillCategory } from './codedColumns.ts';
import { drawRows } from './drawRows.ts';
import { bucketNumbers, categoryFeatures, featureQuery, numericFeatures } from './hourFeatures.ts';
import type { HourRows } from './hourRows.ts';
import { partsByHour } from './partsByHour.ts';
import { rawColumns } from './rawColumns.ts';
import { type RawRows, rawQueries, rawRows } from './rawRows.ts';
import { readHours } from './readHours.ts';

/** The same rows twice: as the raw columns that `model.onnx` takes, and as the features that `network.onnx` takes. */
export interface ParityRows {
  readonly rows: number;
  /** Dates are milliseconds UTC; of a nullable column, booleans are 1 and 0. A missing text is the empty one. */
  readonly raw: RawRows;
  /** Row-major, unscaled; NaN where a value is missing. */
  readonly numeric: Float32Array;
  /** Row-major places in the encoders' vocabularies. */
  readonly categories: Int32Array;
}

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
  const columns = [...featureQuery(plan), ...rawQueries(plan)];
  const { object } = await buildWholeTable(ports, plan, snapshot, asOf);
  const table = await getObjectJson<HourTable>(ports.store, object);
  const blocks: ParityRows[] = [];
  for await (const rows of readHours(ports, draw.parts, { eventTime, columns, where: draw.where })) {
    blocks.push(blockOf(plan, encoders, table, rows));
  }
  return joined(plan, blocks);
}

function blockOf(plan: Plan, encoders: Encoders, table: HourTable, rows: HourRows): ParityRows {
  const columns = categoryColumns(encoders, rows.rows);
  const read = { categories: categoryFeatures(plan, rows), numbers: bucketNumbers(plan, rows) };
  const all = Int32Array.from({ length: rows.rows }, (_, row) => row);
  for (const column of columns) fillCategory(column, read, all, 0);
  return {
    rows: rows.rows,
    raw: rawRows(plan, rows),
    numeric: numericFeatures(plan, rows, table),
    categories: columns[0]?.into ?? new Int32Array(),
  };
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
