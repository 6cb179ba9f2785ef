import type { ReplayedHour } from '../../core/backtest.ts';
import { sqlName, sqlText } from '../../datasets/database.ts';
import type { DataPorts } from '../../datasets/dataPorts.ts';
import { objectKey } from '../../storage/objects.ts';
import { readNumbers } from '../score/readColumns.ts';
import { scoreColumn } from './scoreHour.ts';

/** The rows of an hour whose label came, with the scores of all that scored them. */
export interface HourScores {
  /** 1 is positive. */
  readonly labels: Uint8Array;
  /** By package; each as long as the labels. */
  readonly scores: ReadonlyMap<string, Float32Array>;
}

/** Reads what `scoreHour` kept. A label that settles after `untilMs` has not come. */
export async function readHourScores(
  { store, database }: Pick<DataPorts, 'store' | 'database'>,
  { scores, packages }: ReplayedHour,
  untilMs: number,
): Promise<HourScores> {
  if (scores === null) return { labels: new Uint8Array(), scores: new Map() };
  const file = `read_parquet(${sqlText(await store.file(objectKey(scores)))})`;
  const from = `FROM ${file} WHERE "settles" <= ${untilMs}`;
  const [counted] = await database.rows<{ rows: number }>(`SELECT count(*)::DOUBLE AS "rows" ${from}`);
  const columns = ['"positive"', ...packages.map((id) => `CAST(${sqlName(scoreColumn(id))} AS FLOAT)`)];
  const types: ('double' | 'float')[] = ['double', ...packages.map(() => 'float' as const)];
  const sql = `SELECT ${columns.join(', ')} ${from} ORDER BY "place"`;
  const [labels, ...read] = await readNumbers(database.connection, sql, types, counted?.rows ?? 0);
  return {
    labels: Uint8Array.from(labels as Float64Array),
    scores: new Map(packages.map((id, at) => [id, read[at] as Float32Array])),
  };
}
