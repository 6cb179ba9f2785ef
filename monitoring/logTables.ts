import { sqlFile, sqlText } from '../datasets/database.ts';

/** How a pipeline's rows are told apart, as its contract says. */
export interface RowTimes {
  /** The column with the event time. */
  readonly eventTime: string;
}

/** Label times this much after their receipt are put down to clocks that differ. */
const skewMs = 300_000;

/** Lines of the prediction log as rows of a join. `turn` is the join that read them. */
export function predictionRows(paths: readonly string[], hour: string, turn: number, { eventTime }: RowTimes): string {
  return `SELECT "predictionId", ${sqlText(hour)} AS "hour", ${msOf('"at"')} AS "answeredAt", "producer", "version",
      "variant", "epoch", "score", "threshold", "others", CAST("row" AS VARCHAR) AS "raw",
      ${msOf(`json_extract_string("row", ${jsonPointer(eventTime)})`)} AS "eventTime", ${turn} AS "turn"
    FROM read_ndjson(${pathList(paths)}, columns = {"predictionId": 'VARCHAR', "at": 'VARCHAR', "producer": 'VARCHAR', "version": 'INTEGER',
      "variant": 'VARCHAR', "epoch": 'INTEGER', "score": 'DOUBLE', "threshold": 'DOUBLE', "row": 'JSON',
      "others": 'MAP(VARCHAR, STRUCT("version" INTEGER, "score" DOUBLE))'})`;
}

/** Lines of the feedback log as labels of a join; one that came more than once in an hour is one row with `copies`. */
export function labelRows(paths: readonly string[], hour: string, turn: number): string {
  const lines = `SELECT "feedbackId", "label", "key".kind AS "kind", "key"."predictionId" AS "predictionId",
      CAST("key"."columns" AS VARCHAR) AS "columns", ${msOf('"key"."eventTime"')} AS "eventTime",
      ${msOf('"labelAt"')} AS "labelAt", ${msOf('"receivedAt"')} AS "receivedAt"
    FROM read_ndjson(${pathList(paths)}, columns = {"feedbackId": 'VARCHAR', "label": 'BOOLEAN', "labelAt": 'VARCHAR',
      "receivedAt": 'VARCHAR', "key": 'STRUCT("kind" VARCHAR, "predictionId" VARCHAR, "columns" JSON, "eventTime" VARCHAR)'})`;
  const first = (column: string): string => `any_value("${column}") AS "${column}"`;
  return `SELECT "feedbackId", ${['label', 'predictionId', 'columns', 'eventTime', 'labelAt'].map(first).join(', ')},
      min("receivedAt") AS "receivedAt", coalesce(bool_and("labelAt" > "receivedAt" + ${skewMs}), false) AS "isFuture",
      CAST(count(*) AS INTEGER) AS "copies", ${sqlText(hour)} AS "receivedIn", ${turn} AS "turn", 0 AS "matches"
    FROM (${lines}) GROUP BY "feedbackId"`;
}

/** A column's place in a JSON object, as SQL text (RFC 6901). */
export function jsonPointer(column: string): string {
  return sqlText(`/${column.replaceAll('~', '~0').replaceAll('/', '~1')}`);
}

/** Milliseconds UTC of ISO text; null for what is none. */
function msOf(text: string): string {
  return `epoch_ms(TRY_CAST(${text} AS TIMESTAMP))`;
}

function pathList(paths: readonly string[]): string {
  return `[${paths.map(sqlFile).join(', ')}]`;
}
