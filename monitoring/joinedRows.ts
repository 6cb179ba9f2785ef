import type { HourLabels, JoinedHour } from '../core/labelJoin.ts';
import { type Database, sqlText } from '../datasets/database.ts';
import { type JoinPorts, tableOf } from './storedRows.ts';

/**
 * The rows of an hour with the label that holds, as SQL: those of the prediction log with `label` (null while none is back),
 * and of the labels that stand for the row when the first came (`firstAt`, ms UTC), how many there are (`labels`) and how
 * many values they have (`values`). Of several the one that holds is the latest by its own time, or by its receipt where
 * it has none.
 */
export async function joinedRows(ports: Pick<JoinPorts, 'store'>, hour: Pick<JoinedHour, 'object' | 'labels'>) {
  const rows = await tableOf(ports, [hour.object]);
  if (rows === undefined) return undefined;
  const labels = await tableOf(ports, [hour.labels?.object]);
  if (labels === undefined) return `SELECT *, ${unlabelled} FROM ${rows}`;
  return `SELECT r.*, s."label", s."firstAt", s."labels", s."values" FROM ${rows} r
    LEFT JOIN (${standing(labels)}) s USING ("predictionId")`;
}

const unlabelled =
  'CAST(NULL AS BOOLEAN) AS "label", CAST(NULL AS BIGINT) AS "firstAt", CAST(NULL AS BIGINT) AS "labels", CAST(NULL AS BIGINT) AS "values"';

/** What became of an hour's rows and labels. */
export async function countHour(
  ports: JoinPorts,
  name: string,
  hour: Pick<JoinedHour, 'object' | 'labels'>,
  settlesWithinMs: number,
): Promise<HourLabels> {
  const joined = await joinedRows(ports, hour);
  if (joined === undefined) return none;
  const [rows] = await ports.database.rowsBeside<Omit<HourLabels, 'future' | 'ambiguous' | 'twice'>>(
    asNumbers(
      {
        predictions: 'count(*)',
        settled: 'count("label")',
        early: 'count(*) FILTER ("firstAt" < "answeredAt")',
        late: `count(*) FILTER ("firstAt" > "answeredAt" + ${settlesWithinMs})`,
        corrected: 'count(*) FILTER ("values" > 1)',
        beside: 'coalesce(sum("labels" - 1), 0)',
      },
      joined,
    ),
  );
  return { ...none, ...rows, ...(await countLabels(ports, name, hour)) };
}

const none: HourLabels = {
  predictions: 0,
  settled: 0,
  early: 0,
  late: 0,
  corrected: 0,
  beside: 0,
  future: 0,
  ambiguous: 0,
  twice: 0,
};

/** A label that several rows have counts in the first of their hours. */
async function countLabels(ports: JoinPorts, name: string, hour: Pick<JoinedHour, 'object' | 'labels'>) {
  const [rows, labels] = [await tableOf(ports, [hour.object]), await tableOf(ports, [hour.labels?.object])];
  if (rows === undefined || labels === undefined) return {};
  const own = `SELECT "feedbackId", bool_and("isFuture") AS "isFuture", max("matches") AS "matches", max("copies") AS "copies"
    FROM (${each(labels)}) SEMI JOIN ${rows} USING ("predictionId") WHERE "firstHour" = ${sqlText(name)} GROUP BY "feedbackId"`;
  const counts = {
    future: 'count(*) FILTER ("isFuture")',
    ambiguous: 'count(*) FILTER (NOT "isFuture" AND "matches" > 1)',
    twice: 'coalesce(sum("copies" - 1), 0)',
  };
  const [found] = await ports.database.rowsBeside<Pick<HourLabels, 'future' | 'ambiguous' | 'twice'>>(
    asNumbers(counts, own),
  );
  return found;
}

/** Labels of no prediction, each once. */
export async function countUnplaced(database: Database, waiting: string | undefined) {
  if (waiting === undefined) return undefined;
  const own = `SELECT bool_and("isFuture") AS "isFuture", sum("copies") AS "copies" FROM ${waiting}
    GROUP BY "feedbackId" HAVING max("matches") = 0`;
  const counts = {
    unknown: 'count(*) FILTER (NOT "isFuture")',
    future: 'count(*) FILTER ("isFuture")',
    twice: 'coalesce(sum("copies" - 1), 0)',
  };
  const [found] = await database.rows<{ unknown: number; future: number; twice: number }>(asNumbers(counts, own));
  return found;
}

function asNumbers(counts: Readonly<Record<string, string>>, from: string): string {
  const columns = Object.entries(counts).map(([name, sql]) => `(${sql})::DOUBLE AS "${name}"`);
  return `SELECT ${columns.join(', ')} FROM (${from})`;
}

/** The labels that settle a row, by row. */
function standing(labels: string): string {
  return `SELECT "predictionId", arg_max("label", {'at': coalesce("labelAt", "receivedAt"), 'received': "receivedAt", 'id': "feedbackId"}) AS "label",
      min("receivedAt") AS "firstAt", count(*) AS "labels", count(DISTINCT "label") AS "values"
    FROM (${each(labels)}) WHERE NOT "isFuture" AND "matches" = 1 GROUP BY "predictionId"`;
}

/** Each label of each row once, however often it came. */
function each(labels: string): string {
  return `SELECT "predictionId", "feedbackId", any_value("label") AS "label", any_value("labelAt") AS "labelAt",
      min("receivedAt") AS "receivedAt", bool_and("isFuture") AS "isFuture", max("matches") AS "matches",
      arg_max("firstHour", "matches") AS "firstHour", sum("copies") AS "copies"
    FROM ${labels} GROUP BY "predictionId", "feedbackId"`;
}
