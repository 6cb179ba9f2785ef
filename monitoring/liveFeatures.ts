import type { ColumnPlan } from '../core/contractPlan.ts';
import type { ModelPackage, RawColumn } from '../core/modelPackage.ts';
import type { Database } from '../datasets/database.ts';
import type { DataPorts } from '../datasets/dataPorts.ts';
import { jsonValue } from '../datasets/sources/jsonColumn.ts';
import { type FeatureRows, openPackageFeatures } from '../models/packageFeatures.ts';
import { scorerValue } from '../models/score/partitionRows.ts';
import type { ScorerColumn, ScorerColumns, ScorerInput } from '../models/scorers/scorer.ts';
import { jsonPointer } from './logTables.ts';

/** Of more rows an even part is drawn: beyond that nothing is told any better, and memory has an end. */
export const mostRows = 100_000;

/** The features that a package makes of logged rows (SQL of a `LookContext`), of `mostRows` at most: by the graph that serves. */
export async function liveFeatures(
  { store, database }: Pick<DataPorts, 'store' | 'database'>,
  model: Pick<ModelPackage, 'model' | 'encoders' | 'inputs'>,
  rows: string,
): Promise<FeatureRows> {
  const features = await openPackageFeatures(store, model);
  try {
    const raw = await rawRows(database, model.inputs, features.inputs, rows);
    const blocks: FeatureRows[] = [];
    for (let from = 0; from < raw.rows; from += blockRows) blocks.push(await features.of(blockOf(raw, from)));
    return joined(blocks);
  } finally {
    await features.release();
  }
}

const blockRows = 8_192;

async function rawRows(
  database: Database,
  columns: readonly RawColumn[],
  taken: readonly ScorerInput[],
  rows: string,
): Promise<ScorerColumns> {
  const values = columns.map(({ name, type }, k) => {
    const json = `CAST(json_extract("raw", ${jsonPointer(name)}) AS VARCHAR)`;
    // Beyond 2^53 a whole number is logged as text.
    return `${jsonValue(type, json, type === 'int')} AS v${k}`;
  });
  const asTaken = taken.map(({ name, type }, at) => {
    const k = columns.findIndex((column) => column.name === name);
    return `${scorerValue({ ...plainColumn, ...columns[k] }, k, type)} AS c${at}`;
  });
  const sql = `SELECT ${asTaken.join(', ')} FROM (SELECT ${values.join(', ')} FROM (${await drawn(database, rows)}))`;
  const read = await database.rows<Readonly<Record<string, number | string | bigint>>>(sql);
  const named = taken.map(
    ({ name, type }, at) =>
      [
        name,
        columnOf(
          type,
          read.map((row) => row[`c${at}`] ?? 0),
        ),
      ] as const,
  );
  return { rows: read.length, columns: Object.fromEntries(named) };
}

/** What every column of a contract says, and none of it is asked of rows that were served. */
const plainColumn: ColumnPlan = { name: '', type: 'string', nullable: true, checks: [] };

/** The same rows at every look: by what the prediction's id hashes to. */
async function drawn(database: Database, rows: string): Promise<string> {
  const [counted] = await database.rows<{ rows: number }>(`SELECT count(*)::DOUBLE AS "rows" FROM (${rows})`);
  const step = Math.ceil((counted?.rows ?? 0) / mostRows);
  return step <= 1 ? rows : `SELECT * FROM (${rows}) WHERE hash("predictionId") % ${step} = 0`;
}

function columnOf(type: ScorerInput['type'], values: readonly (number | string | bigint)[]): ScorerColumn {
  return type === 'bool' ? Uint8Array.from(values, Number) : values;
}

function blockOf({ rows, columns }: ScorerColumns, from: number): ScorerColumns {
  const to = Math.min(rows, from + blockRows);
  const cut = Object.entries(columns).map(([name, values]) => [name, values.slice(from, to)] as const);
  return { rows: to - from, columns: Object.fromEntries(cut) };
}

function joined(blocks: readonly FeatureRows[]): FeatureRows {
  const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
  const numeric = new Float32Array(blocks.reduce((sum, block) => sum + block.numeric.length, 0));
  const categories = new Int32Array(blocks.reduce((sum, block) => sum + block.categories.length, 0));
  let [numbers, places] = [0, 0];
  for (const block of blocks) {
    numeric.set(block.numeric, numbers);
    categories.set(block.categories, places);
    numbers += block.numeric.length;
    places += block.categories.length;
  }
  return { rows, numeric, categories };
}
