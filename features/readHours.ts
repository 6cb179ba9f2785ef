import { WhetError } from '../core/errors.ts';
import type { PartitionVersion } from '../core/snapshot.ts';
import { hourStart } from '../core/time.ts';
import { sqlName, sqlText } from '../datasets/database.ts';
import type { DataPorts } from '../datasets/dataPorts.ts';
import { type ColumnChunk, columnChunks, type NumberArray, type NumberArrayType } from './columnChunks.ts';
import { type HourRows, hourRows } from './hourRows.ts';
import { sqlOfParts } from './partsByHour.ts';
import type { QueryColumn } from './queryColumn.ts';

export interface HourQuery {
  readonly eventTime: string;
  /** An expression that is named twice is read once. */
  readonly columns: readonly QueryColumn[];
  /** A condition on rows; then `rows` of a part is how many of them it lets through. */
  readonly where?: string;
}

/** Reads parts, in the order of their hours, hour by hour with one statement; empty parts are passed over. */
export async function* readHours(
  ports: DataPorts,
  parts: readonly PartitionVersion[],
  query: HourQuery,
): AsyncGenerator<HourRows, void, undefined> {
  const full = parts.filter((part) => part.object !== null && part.rows > 0);
  if (full.length === 0) return;
  const columns = [...new Map(query.columns.map((column) => [column.sql, column])).values()];
  const from = `${await sqlOfParts(ports.store, full)}${query.where === undefined ? '' : ` WHERE ${query.where}`}`;
  const dictionaries = await readDictionaries(ports, from, columns);
  const types = [Float64Array, ...columns.map((column) => arrayTypes[column.as])];
  const sql = hoursSql(from, query.eventTime, columns, dictionaries);
  for await (const { part, arrays } of cutByHour(full, types, columnChunks(ports.database.connection, sql, types))) {
    yield hourRows(part, columns, arrays.slice(1), dictionaries);
  }
}

/** Texts travel as places in a dictionary, as a column of texts has no typed array in DuckDB's Node API. */
const arrayTypes = { float: Float32Array, double: Float64Array, text: Int32Array } as const;

/** The distinct values of each text column by its expression, sorted by UTF-16 code units. */
async function readDictionaries(
  ports: DataPorts,
  from: string,
  columns: readonly QueryColumn[],
): Promise<Map<string, string[]>> {
  const texts = columns.filter((column) => column.as === 'text');
  if (texts.length === 0) return new Map();
  const lists = texts.map(({ sql }, at) => `CAST(to_json(list(DISTINCT ${sql})) AS VARCHAR) AS d${at}`);
  const [row] = await ports.database.rows<Record<string, string>>(`SELECT ${lists.join(', ')} FROM ${from}`);
  return new Map(texts.map(({ sql }, at) => [sql, (JSON.parse(row?.[`d${at}`] ?? '[]') as string[]).sort()]));
}

/** A total order: rows of an hour lie in one part, where they have their places in canonical order. */
function hoursSql(
  from: string,
  eventTime: string,
  columns: readonly QueryColumn[],
  dictionaries: ReadonlyMap<string, readonly string[]>,
): string {
  const hour = `CAST(epoch_ms(date_trunc('hour', ${sqlName(eventTime)})) AS DOUBLE)`;
  const read = columns.map(({ sql }, at) => `${sql} AS c${at}`);
  const values = columns.map(({ sql }) => dictionaries.get(sql));
  const named = values.map((texts, at) => (texts === undefined ? `c${at}` : `CAST(d${at}.place - 1 AS INTEGER)`));
  const joins = values.flatMap((texts, at) => (texts === undefined ? [] : [dictionarySql(texts, at)]));
  return `WITH read AS (SELECT ${[`${hour} AS hour`, 'file_row_number AS place', ...read].join(', ')} FROM ${from})
    SELECT ${['hour', ...named].join(', ')} FROM read ${joins.join(' ')} ORDER BY hour, read.place`;
}

/** As JSON, in which a text may hold any character: a literal of SQL would end at the character 0. */
function dictionarySql(texts: readonly string[], at: number): string {
  const list = `from_json(${sqlText(JSON.stringify(texts))}, '["VARCHAR"]')`;
  return `JOIN unnest(${list}) WITH ORDINALITY AS d${at}(text, place) ON d${at}.text = c${at}`;
}

interface HourArrays {
  readonly part: PartitionVersion;
  /** The first one is the row's hour. */
  readonly arrays: readonly NumberArray[];
}

/** Cuts a result that lies in the order of the parts into the parts' rows. Throws `storage.damaged` if they do not fit. */
async function* cutByHour(
  parts: readonly PartitionVersion[],
  types: readonly NumberArrayType[],
  chunks: AsyncGenerator<ColumnChunk, void, undefined>,
): AsyncGenerator<HourArrays, void, undefined> {
  let chunk: ColumnChunk = { rows: 0, columns: [] };
  let taken = 0;
  for (const part of parts) {
    const arrays = types.map((type) => new type(part.rows));
    for (let filled = 0; filled < part.rows; ) {
      if (taken === chunk.rows) [chunk, taken] = [await nextChunk(chunks, part, filled), 0];
      const take = Math.min(part.rows - filled, chunk.rows - taken);
      for (const [at, array] of arrays.entries()) {
        array.set(chunk.columns[at]?.subarray(taken, taken + take) ?? [], filled);
      }
      taken += take;
      filled += take;
    }
    requireHour(part, arrays[0]);
    yield { part, arrays };
  }
  if (taken < chunk.rows || (await chunks.next()).done !== true) throw damaged(parts.at(-1), 'more rows');
}

async function nextChunk(
  chunks: AsyncGenerator<ColumnChunk, void, undefined>,
  part: PartitionVersion,
  filled: number,
): Promise<ColumnChunk> {
  const next = await chunks.next();
  if (next.done === true) throw damaged(part, `${filled} rows`);
  return next.value;
}

/** The hours ascend, so that the first and the last tell. */
function requireHour(part: PartitionVersion, hours: NumberArray | undefined): void {
  const start = hourStart(part.hour);
  if (hours?.[0] !== start || hours.at(-1) !== start) throw damaged(part, 'rows of another hour or another count');
}

function damaged(part: PartitionVersion | undefined, came: string): WhetError {
  const place = `objects/${part?.object}, partition ${part?.hour}`;
  return new WhetError('storage.damaged', { expected: `${part?.rows} rows of the hour`, came: `${came} in ${place}` });
}
