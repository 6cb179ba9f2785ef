import { type JoinableRows, type LabelJoin, mayMatch } from '../core/labelJoin.ts';
import type { Hour } from '../core/time.ts';
import { type Database, sqlFile, sqlText } from '../datasets/database.ts';
import { jsonPointer } from './logTables.ts';
import { allOf, type JoinPorts, tableOf, writeRows } from './storedRows.ts';

/** What a join has to place. */
export interface Unplaced {
  readonly turn: number;
  /** Of all hours, those of this turn included. */
  readonly hours: Readonly<Record<Hour, JoinableRows>>;
  /** Hours with rows of this turn. */
  readonly changed: readonly Hour[];
  readonly waiting: LabelJoin['waiting'];
  /** Labels of this turn, with a path. */
  readonly fresh: Pick<JoinableRows, 'origins' | 'eventTimes'> & { readonly path: string };
}

/**
 * Finds the predictions of the labels of this turn, and of those that waited for the predictions of this turn: a Parquet
 * file with a row for each label and prediction that match. Undefined where nothing can match.
 */
export async function placeLabels(ports: JoinPorts, unplaced: Unplaced, folder: string): Promise<string | undefined> {
  const { hours, changed, waiting, fresh } = unplaced;
  const ofTurn = changed.flatMap((hour) => hours[hour] ?? []);
  const awaited = Object.values(waiting).filter((labels) => ofTurn.some((rows) => mayMatch(labels, rows)));
  const candidates = Object.values(hours).filter((rows) =>
    [fresh, ...awaited].some((labels) => mayMatch(labels, rows)),
  );
  const rows = await tableOf(
    ports,
    candidates.map(({ object }) => object),
  );
  if (rows === undefined) return undefined;
  const waited = await tableOf(
    ports,
    awaited.map(({ object }) => object),
  );
  const newest = await tableOf(
    ports,
    ofTurn.map(({ object }) => object),
  );
  const own = `read_parquet(${sqlFile(fresh.path)})`;
  const touched =
    waited === undefined || newest === undefined
      ? undefined
      : await writeRows(ports.database, allOf([own, awakened(waited, newest, unplaced.turn)]), folder, 'touched');
  const labels = touched === undefined ? own : `read_parquet(${sqlFile(touched)})`;
  const keyed = (await columnSets(ports.database, labels)).map((columns) => byRowKey(labels, rows, columns));
  return writeRows(ports.database, [byPrediction(labels, rows), ...keyed].join(' UNION ALL '), folder, 'placed');
}

/** Labels that wait, of which a row of this turn may be the prediction. */
function awakened(waited: string, newest: string, turn: number): string {
  const ofTurn = (column: string): string => `(SELECT "${column}" FROM ${newest} WHERE "turn" = ${turn})`;
  return `(SELECT * FROM ${waited} WHERE "predictionId" IN ${ofTurn('predictionId')}
    OR ("columns" IS NOT NULL AND "eventTime" IN ${ofTurn('eventTime')}))`;
}

/** The sets of columns by which labels name rows. */
async function columnSets(database: Database, labels: string): Promise<string[][]> {
  const found = await database.rows<{ columns: string }>(
    `SELECT DISTINCT CAST(to_json(list_sort(json_keys("columns"))) AS VARCHAR) AS "columns" FROM ${labels} WHERE "columns" IS NOT NULL`,
  );
  return found.map(({ columns }) => JSON.parse(columns) as string[]);
}

const labelColumns = `l."feedbackId", l."label", l."labelAt", l."receivedAt", l."isFuture", l."copies", l."receivedIn", l."turn"`;

function byPrediction(labels: string, rows: string): string {
  return `SELECT p."predictionId", p."hour", ${labelColumns}, 1 AS "matches", p."hour" AS "firstHour"
    FROM ${labels} l JOIN ${rows} p USING ("predictionId")`;
}

/** A row that lacks one of the columns, or has null there, is not the one that is meant. */
function byRowKey(labels: string, rows: string, columns: readonly string[]): string {
  const value = (table: string, column: string): string => valueText(table, jsonPointer(column));
  const same = columns.map((column) => `${value('l."columns"', column)} = ${value('p."raw"', column)}`);
  const set = `CAST(to_json(list_sort(json_keys("columns"))) AS VARCHAR) = ${sqlText(JSON.stringify(columns))}`;
  const pairs = `SELECT p."predictionId", p."hour", ${labelColumns} FROM (SELECT * FROM ${labels} WHERE ${set}) l
    JOIN ${rows} p ON p."eventTime" = l."eventTime" AND ${same.join(' AND ')}`;
  const ofLabel = `OVER (PARTITION BY "feedbackId")`;
  return `SELECT *, CAST(count(DISTINCT "predictionId") ${ofLabel} AS INTEGER) AS "matches", min("hour") ${ofLabel} AS "firstHour"
    FROM (${pairs})`;
}

/** Text that is the same for the same value: 3 may be written as 3.0. */
function valueText(object: string, pointer: string): string {
  const text = `json_extract_string(${object}, ${pointer})`;
  return `CASE json_type(${object}, ${pointer}) WHEN 'DOUBLE'
    THEN regexp_replace(CAST(CAST(${text} AS DOUBLE) AS VARCHAR), '\\.0$', '') ELSE ${text} END`;
}
