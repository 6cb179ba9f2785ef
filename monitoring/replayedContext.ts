import { type Backtest, type ReplayedHour, replayedHourKey } from '../core/backtest.ts';
import type { LedgerEntry, VersionRecord } from '../core/ledger.ts';
import type { ModelPackage } from '../core/modelPackage.ts';
import type { Plan } from '../core/plan.ts';
import { hourOf, hourStart, hoursBetween } from '../core/time.ts';
import { sqlFile, sqlName, sqlText } from '../datasets/database.ts';
import type { DataPorts } from '../datasets/dataPorts.ts';
import { rawColumns } from '../features/rawColumns.ts';
import { scoreColumn } from '../models/backtest/scoreHour.ts';
import { readLedger } from '../registry/ledger.ts';
import { looksBetween } from '../registry/looks.ts';
import { versionOf } from '../registry/versions.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { getObjectJson, objectKey, readJson } from '../storage/objects.ts';
import type { LookContext } from './lookContext.ts';
import { watchedVersion } from './openLookContext.ts';

/** The past as one track of a back-test lived it. */
export interface ReplayedPast {
  readonly backtest: Pick<Backtest, 'id'>;
  readonly plan: Plan;
  /** What came before it is seen, milliseconds UTC. */
  readonly atMs: number;
}

/**
 * What a look at a replayed pipeline sees: the rows of the hours before `atMs`, answered by whoever was champion then, and
 * of their labels those that had settled. `ports` are those of the track: its ledger and its looks are the pipeline's;
 * `store` is where the hours of the back-test lie.
 */
export async function replayedContext(
  ports: DataPorts,
  store: ObjectStore,
  { backtest, plan, atMs }: ReplayedPast,
): Promise<LookContext> {
  const { pipeline } = plan;
  const ledger = (await readLedger(ports.store, pipeline)).filter(({ at }) => Date.parse(at) < atMs);
  const head = ledger.at(-1);
  const watched = (version: number | null | undefined) =>
    watchedVersion(ports.store, pipeline, version ?? null, ledger);
  return {
    ...{ ports, plan, atMs, sourceNowMs: atMs, sourceNewestMs: atMs },
    routing: head?.routing ?? null,
    champion: await watched(head?.routing.version),
    reference: await watched(head?.aliases.reference),
    leases: [],
    async rows(fromMs, toMs) {
      const hours = hoursBetween(hourStart(hourOf(fromMs)), Math.min(toMs, atMs));
      const held = await Promise.all(
        hours.map((hour) => readJson<ReplayedHour>(store, replayedHourKey(backtest.id, hour))),
      );
      const there = held.filter((hour) => hour !== undefined);
      const parts = await Promise.all(there.map((hour) => answeredRows(ports.store, plan, ledger, hour, atMs)));
      const sql = parts.filter((part) => part !== undefined);
      if (sql.length === 0) return undefined;
      return `SELECT * FROM (${sql.join(' UNION ALL BY NAME ')}) WHERE "answeredAt" >= ${fromMs} AND "answeredAt" < ${toMs}`;
    },
    earlier: (fromMs, toMs) => looksBetween(ports.store, pipeline, fromMs, toMs),
  };
}

/** Who answers at a time, by a ledger whose entries are of replayed times; undefined before the first promotion. */
export function answeringAt(ledger: readonly LedgerEntry[], pipeline: string, atMs: number): Answering | undefined {
  const entry = ledger.findLast(({ at }) => Date.parse(at) <= atMs);
  const version = entry?.routing.version ?? null;
  if (entry === undefined || version === null) return undefined;
  const { reference } = entry.aliases;
  return {
    epoch: entry.routing.epoch,
    champion: versionOf(pipeline, version, ledger),
    reference: reference === undefined ? undefined : versionOf(pipeline, reference, ledger),
  };
}

export interface Answering {
  readonly epoch: number;
  readonly champion: VersionRecord;
  readonly reference: VersionRecord | undefined;
}

/** As rows of the prediction log, each with its label where that has settled by `atMs`. A flight leaves as it is asked about. */
async function answeredRows(
  store: ObjectStore,
  plan: Plan,
  ledger: readonly LedgerEntry[],
  { hour, scores, part, packages }: ReplayedHour,
  atMs: number,
): Promise<string | undefined> {
  const answering = answeringAt(ledger, plan.pipeline, hourStart(hour));
  if (scores === null || part === null || answering === undefined) return undefined;
  const { champion, reference, epoch } = answering;
  if (!packages.includes(champion.package)) return undefined;
  const { threshold } = await getObjectJson<ModelPackage>(store, champion.package);
  const [scored, rows] = [await store.file(objectKey(scores)), await store.file(objectKey(part))];
  const scoreOf = ({ package: id }: VersionRecord): string => `s.${sqlName(scoreColumn(id))}`;
  const isBeside = reference !== undefined && reference !== champion && packages.includes(reference.package);
  const others = isBeside
    ? `MAP {'reference': {'version': CAST(${reference.version} AS INTEGER), 'score': ${scoreOf(reference)}}}`
    : `CAST(MAP {} AS MAP(VARCHAR, STRUCT("version" INTEGER, "score" DOUBLE)))`;
  const known = (value: string): string => `CASE WHEN s."settles" <= ${atMs} THEN ${value} END`;
  return `SELECT ${sqlText(`replayed-${hour}`)} || '/' || s."place" AS "predictionId", ${sqlText(hour)} AS "hour",
      CAST(s."event" AS BIGINT) AS "answeredAt", CAST(s."event" AS BIGINT) AS "eventTime", 'replay' AS "producer",
      CAST(${champion.version} AS INTEGER) AS "version", 'champion' AS "variant", CAST(${epoch} AS INTEGER) AS "epoch",
      ${scoreOf(champion)} AS "score", CAST(${threshold} AS DOUBLE) AS "threshold", ${others} AS "others",
      ${rawJson(plan)} AS "raw", ${known('s."positive" = 1')} AS "label", ${known('CAST(s."settles" AS BIGINT)')} AS "firstAt"
    FROM read_parquet(${sqlFile(scored)}) s
    JOIN read_parquet(${sqlFile(rows)}, file_row_number = true) r ON r.file_row_number = s."place"`;
}

/** As the prediction log has a row: dates as ISO text. */
function rawJson(plan: Plan): string {
  const values = rawColumns(plan).map(({ name, type }) => {
    const column = `r.${sqlName(name)}`;
    return `${sqlText(name)}, ${type === 'date' ? `strftime(${column}, '%Y-%m-%dT%H:%M:%S.%gZ')` : column}`;
  });
  return `CAST(json_object(${values.join(', ')}) AS VARCHAR)`;
}
