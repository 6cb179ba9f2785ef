import { type JoinedHour, type LabelJoin, noUnplaced, type ReadFiles, type WaitingLabels } from '../core/labelJoin.ts';
import type { Hour } from '../core/time.ts';
import { sqlFile } from '../datasets/database.ts';
import { inTemporaryFolder } from '../datasets/inTemporaryFolder.ts';
import { concurrently, storeHands } from '../storage/concurrently.ts';
import { putObjectFile } from '../storage/objects.ts';
import { countHour, countUnplaced } from './joinedRows.ts';
import { type LogsAsked, listLogs } from './listLogs.ts';
import { labelRows, predictionRows, type RowTimes } from './logTables.ts';
import { type ChangedFiles, newFiles } from './newFiles.ts';
import { placeLabels } from './placeLabels.ts';
import { allOf, type JoinPorts, matchOf, noRows, rowsBy, storeRows, tableOf, writeRows } from './storedRows.ts';

/** Changes with what a join gives for the same files. */
export const labelJoinVersion = 2;

export interface LabelJoinRequest extends LogsAsked, RowTimes {
  /** A row whose first label came later than this after its answer is late. */
  readonly settlesWithinMs: number;
}

/**
 * Joins what is new in the feedback log to the prediction log, and what is new in the prediction log to the labels that
 * waited for it: each file is read once, in bounded memory, and only hours with something new are counted again. In which
 * order files come, and over how many joins, changes nothing but the number of joins. `known` is given back where nothing is new.
 *
 * A label by the row's own key belongs to the one prediction whose raw row has these values and this event time.
 */
export async function joinLabels(ports: JoinPorts, request: LabelJoinRequest, known?: LabelJoin): Promise<LabelJoin> {
  const before = known?.by === joinedBy(request) ? known : nothing;
  const listed = await listLogs(ports.store, request, before);
  const [predictions, feedback] = [
    await newFiles(ports.store, listed.predictions, readFiles(before.hours, listed.isListed)),
    await newFiles(ports.store, listed.feedback, readFiles(before.waiting)),
  ];
  const isNew = [predictions.changed, predictions.gone, feedback.changed].some(({ length }) => length > 0);
  if (!isNew) return known ?? before;
  const turn = before.turn + 1;
  return inTemporaryFolder(async (folder) => {
    const rows = await readPredictions(ports, request, { before, turn, folder }, predictions.changed);
    const kept = Object.entries(before.hours).filter(([hour]) => !predictions.gone.includes(hour));
    const hours: Record<Hour, JoinedHour> = { ...Object.fromEntries(kept), ...rows };
    const fresh = await readLabels(ports, turn, folder, feedback.changed);
    const { waiting } = before;
    const placed = await placeLabels(ports, { turn, hours, changed: Object.keys(rows), waiting, fresh }, folder);
    const work: Placed = { turn, folder, fresh: fresh.path, placed };
    Object.assign(hours, await withLabels(ports, request, hours, Object.keys(rows), work));
    const left = { ...waiting, ...(await leftWaiting(ports, waiting, feedback.changed, work)) };
    const open = await tableOf(
      ports,
      Object.values(left).map(({ object }) => object),
    );
    const unplaced = (await countUnplaced(ports.database, open)) ?? noUnplaced;
    return { by: joinedBy(request), turn, hours, waiting: left, unplaced };
  });
}

const nothing: LabelJoin = { by: '', turn: 0, hours: {}, waiting: {}, unplaced: noUnplaced };

function joinedBy({ eventTime, settlesWithinMs }: LabelJoinRequest): string {
  return `version ${labelJoinVersion}, event time ${eventTime}, settles within ${settlesWithinMs} ms`;
}

function readFiles(
  parts: Readonly<Record<Hour, { readonly files: ReadFiles }>>,
  isListed: (hour: Hour) => boolean = () => true,
): ReadonlyMap<Hour, ReadFiles> {
  const listed = Object.entries(parts).filter(([hour]) => isListed(hour));
  return new Map(listed.map(([hour, { files }]) => [hour, files]));
}

interface Turn {
  readonly before: LabelJoin;
  readonly turn: number;
  readonly folder: string;
}

/** The hours with new rows; one that lost files is read anew. */
async function readPredictions(
  ports: JoinPorts,
  request: LabelJoinRequest,
  { before, turn, folder }: Turn,
  changed: readonly ChangedFiles[],
): Promise<Record<Hour, JoinedHour>> {
  const read = await concurrently(changed, ports.database.mostBeside, async ({ hour, all, fresh, isLess, files }) => {
    const known = before.hours[hour];
    const earlier = isLess ? undefined : await tableOf(ports, [known?.object]);
    const paths = await pathsOf(ports, isLess ? all : fresh);
    const rows = allOf([earlier, `(${predictionRows(paths, hour, turn, request)})`]);
    const path = await writeRows(ports.database, rows, folder, `rows-${hour}`, true);
    const counts = known?.counts ?? noCounts;
    return [hour, { files, ...(await storeRows(ports, path)), labels: known?.labels ?? null, counts }] as const;
  });
  return Object.fromEntries(read);
}

/** They are counted before anybody sees them. */
const noCounts = {
  ...{ predictions: 0, settled: 0, early: 0, late: 0, corrected: 0 },
  ...{ beside: 0, future: 0, ambiguous: 0, twice: 0 },
};

async function readLabels(ports: JoinPorts, turn: number, folder: string, changed: readonly ChangedFiles[]) {
  const hours = await Promise.all(
    changed.map(async ({ hour, fresh }) => `(${labelRows(await pathsOf(ports, fresh), hour, turn)})`),
  );
  const path = await writeRows(ports.database, hours.length === 0 ? noLabels : allOf(hours), folder, 'fresh');
  return { ...(await matchOf(ports.database, path)), path };
}

const noLabels = `SELECT * FROM (VALUES (NULL::VARCHAR, NULL::BOOLEAN, NULL::VARCHAR, NULL::VARCHAR, NULL::BIGINT, NULL::BIGINT,
  NULL::BIGINT, NULL::BOOLEAN, NULL::INTEGER, NULL::VARCHAR, NULL::INTEGER, NULL::INTEGER)) AS none("feedbackId", "label",
  "predictionId", "columns", "eventTime", "labelAt", "receivedAt", "isFuture", "copies", "receivedIn", "turn", "matches")
  WHERE false`;

function pathsOf({ store }: JoinPorts, keys: readonly string[]): Promise<string[]> {
  return concurrently(keys, storeHands, (key) => store.file(key));
}

interface Placed {
  readonly turn: number;
  readonly folder: string;
  readonly fresh: string;
  readonly placed: string | undefined;
}

/** The hours that got rows or labels, with all their labels, counted. */
async function withLabels(
  ports: JoinPorts,
  { settlesWithinMs }: LabelJoinRequest,
  hours: Readonly<Record<Hour, JoinedHour>>,
  changed: readonly Hour[],
  { folder, placed }: Placed,
): Promise<Record<Hour, JoinedHour>> {
  const found = placed === undefined ? noParts : await rowsBy(ports.database, placed, 'hour', folder);
  const names = [...new Set([...changed, ...found.keys()])];
  const counted = await concurrently(names, ports.database.mostBeside, async (name) => {
    const hour = hours[name];
    if (hour === undefined) return [];
    const own = found.get(name);
    const labels = own === undefined ? hour.labels : await addLabels(ports, name, hour, folder, own);
    const counts = await countHour(ports, name, { ...hour, labels }, settlesWithinMs);
    return [[name, { ...hour, labels, counts }] as const];
  });
  return Object.fromEntries(counted.flat());
}

const noParts: ReadonlyMap<string, string> = new Map();

/** What was placed again because another row of the same key came counts once, with the rows that it has now. */
async function addLabels(
  ports: JoinPorts,
  name: Hour,
  { labels }: JoinedHour,
  folder: string,
  placed: string,
): Promise<{ readonly object: string }> {
  const before = await tableOf(ports, [labels?.object]);
  // One join places nothing twice.
  const rows = before === undefined ? `SELECT * FROM ${placed}` : placedOnce(allOf([before, placed]));
  return {
    object: await putObjectFile(ports.store, await writeRows(ports.database, rows, folder, `labels-${name}`, true)),
  };
}

function placedOnce(labels: string): string {
  const any = ['hour', 'label', 'labelAt', 'receivedAt', 'isFuture', 'copies'].map(
    (one) => `any_value("${one}") AS "${one}"`,
  );
  return `SELECT "predictionId", "feedbackId", "receivedIn", "turn", ${any.join(', ')}, max("matches") AS "matches",
    arg_max("firstHour", "matches") AS "firstHour"
    FROM (${labels}) GROUP BY "predictionId", "feedbackId", "receivedIn", "turn"`;
}

/** Labels by a row's key wait for ever, for a second row may have it; those by prediction until it is in the log. */
async function leftWaiting(
  ports: JoinPorts,
  waiting: LabelJoin['waiting'],
  changed: readonly ChangedFiles[],
  { folder, fresh, placed }: Placed,
): Promise<Record<Hour, WaitingLabels>> {
  const files = new Map(changed.map((one) => [one.hour, one.files]));
  for (const hour of await distinct(ports, placed, 'receivedIn')) {
    const known = waiting[hour]?.files;
    if (known !== undefined && !files.has(hour)) files.set(hour, known);
  }
  const known = [...files.keys()].map((hour) => waiting[hour]?.object);
  const all = allOf([await tableOf(ports, known), `read_parquet(${sqlFile(fresh)})`]);
  const path = await writeRows(ports.database, placed === undefined ? all : withoutPlaced(all, placed), folder, 'left');
  const rows = await rowsBy(ports.database, path, 'receivedIn', folder);
  const left = await concurrently(files, ports.database.mostBeside, async ([hour, read]) => {
    const own = rows.get(hour);
    if (own === undefined) return [hour, { files: read, ...noRows }] as const;
    const packed = await writeRows(ports.database, `SELECT * FROM ${own}`, folder, `waiting-${hour}`, true);
    return [hour, { files: read, ...(await storeRows(ports, packed)) }] as const;
  });
  return Object.fromEntries(left);
}

function withoutPlaced(labels: string, placed: string): string {
  const found = `SELECT "feedbackId", max("matches") AS "found" FROM read_parquet(${sqlFile(placed)}) GROUP BY "feedbackId"`;
  return `SELECT * EXCLUDE ("found") REPLACE (greatest("matches", coalesce("found", 0)) AS "matches")
    FROM (${labels}) LEFT JOIN (${found}) USING ("feedbackId") WHERE "predictionId" IS NULL OR "found" IS NULL`;
}

async function distinct({ database }: JoinPorts, path: string | undefined, column: string): Promise<string[]> {
  if (path === undefined) return [];
  const rows = await database.rows<{ found: string }>(
    `SELECT DISTINCT "${column}" AS "found" FROM read_parquet(${sqlFile(path)}) ORDER BY 1`,
  );
  return rows.map(({ found }) => found);
}
