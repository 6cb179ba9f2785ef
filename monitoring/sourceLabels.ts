import { join } from 'node:path';
import { columnsRead } from '../core/columnsRead.ts';
import type { ColumnPlan } from '../core/contractPlan.ts';
import type { JoinedHour } from '../core/labelJoin.ts';
import type { Plan } from '../core/plan.ts';
import type { PartitionVersion } from '../core/snapshot.ts';
import { type Hour, hourMs, hourOf, hourStart, hoursBetween } from '../core/time.ts';
import { sqlName, sqlText } from '../datasets/database.ts';
import type { DataPorts } from '../datasets/dataPorts.ts';
import { inTemporaryFolder } from '../datasets/inTemporaryFolder.ts';
import { validatePartitions } from '../datasets/partitions/validatePartitions.ts';
import { latestSnapshot } from '../datasets/snapshots/freezeSnapshot.ts';
import { indexSource } from '../datasets/sources/indexSource.ts';
import { labelSql } from '../features/labelSql.ts';
import { digestOfFile } from '../storage/digest.ts';
import { listHours } from './listLogs.ts';
import { tableOf } from './storedRows.ts';

export interface SourceLabels {
  /** Hours of event time whose labels were stored now. */
  readonly hours: readonly Hour[];
  readonly labels: number;
  /** Rows left out: others of the source have the same key, and which was asked for cannot be told. */
  readonly ambiguous: number;
}

/**
 * Stores the labels that the pipeline's own source tells of rows like those that were answered, as feedback by the row's key:
 * of hours of event time in which somebody asked, once all their labels have settled. An hour is stored once, and once more
 * where the source corrected it; what was stored before `storedSinceMs` is not looked for. The key is the contract's where
 * the model takes its columns, else all that the model takes.
 */
export async function sourceLabels(
  ports: DataPorts,
  plan: Plan,
  asked: readonly Pick<JoinedHour, 'eventTimes'>[],
  nowMs: number,
  storedSinceMs = Number.NEGATIVE_INFINITY,
): Promise<SourceLabels> {
  const { contract, label, pipeline } = plan;
  const index = await indexSource(ports, contract);
  const settled = index.hours
    .map(({ hour }) => hour)
    .filter((hour) => hourStart(hour) + hourMs + label.settlesWithinMs <= index.newestMs);
  const wanted = hoursOf(asked);
  const hours = settled.filter((hour) => wanted.has(hour));
  const previous = await latestSnapshot(ports.store, contract.id);
  const { parts } = await validatePartitions(ports, contract, index, hours, previous);
  const stored = await listHours(ports.store, `feedback/${pipeline}/`, storedSinceMs, nowMs + hourMs);
  const there = stored.map((key) => key.split('/').at(-1)?.split('.')[0]);
  const fresh = parts.filter((part) => part.object !== null && !there.includes(nameOf(part)));
  const counts = { labels: 0, ambiguous: 0 };
  for (const part of fresh) {
    const { labels, rows } = await storeLabels(ports, plan, part, nowMs);
    counts.labels += labels;
    counts.ambiguous += rows - labels;
  }
  return { hours: fresh.map(({ hour }) => hour), ...counts };
}

function hoursOf(asked: readonly Pick<JoinedHour, 'eventTimes'>[]): ReadonlySet<Hour> {
  const floor = (ms: number): number => Math.floor(ms / hourMs) * hourMs;
  return new Set(
    asked.flatMap(({ eventTimes }) =>
      eventTimes === null ? [] : hoursBetween(floor(eventTimes[0]), floor(eventTimes[1]) + hourMs),
    ),
  );
}

function nameOf({ hour, content }: PartitionVersion): string {
  return `source-${hour}-${content.slice(0, 16)}`;
}

async function storeLabels(ports: DataPorts, plan: Plan, part: PartitionVersion, nowMs: number) {
  const { store, database } = ports;
  const { settles, positive } = labelSql(plan);
  const rows = `SELECT *, ${positive} AS "positive", ${settles} AS "settles" FROM ${await tableOf(ports, [part.object])}
    WHERE ${settles} IS NOT NULL`;
  const key = keyOf(plan);
  const once = `SELECT ${key} AS "key", "positive", "settles" FROM (${rows}) QUALIFY count(*) OVER (PARTITION BY ${key}) = 1`;
  const labelAt = isoOf('make_timestamp(CAST("settles" * 1000 AS BIGINT))');
  const lines = `SELECT md5(concat_ws(' ', ${sqlText(plan.pipeline)}, CAST(to_json("key") AS VARCHAR), "positive", "settles")) AS "feedbackId",
    ${sqlText(plan.pipeline)} AS "pipeline", "key", "positive" AS "label", ${labelAt} AS "labelAt",
    ${sqlText(new Date(nowMs).toISOString())} AS "receivedAt" FROM (${once})`;
  const [count] = await database.rows<{ rows: number; labels: number }>(
    `SELECT (SELECT count(*) FROM (${rows}))::DOUBLE AS "rows", (SELECT count(*) FROM (${once}))::DOUBLE AS "labels"`,
  );
  await inTemporaryFolder(async (folder) => {
    const path = join(folder, 'labels.ndjson');
    await database.run(`COPY (${lines}) TO ${sqlText(path)} (FORMAT json)`);
    const name = `${nameOf(part)}.sha256=${await digestOfFile(path)}.ndjson`;
    await store.createFromFile(`feedback/${plan.pipeline}/${hourOf(nowMs)}/${name}`, path);
  });
  return count ?? { rows: 0, labels: 0 };
}

/** As the prediction log has a row's columns, so that both are the same text. */
function keyOf({ contract, features }: Plan): string {
  const taken = new Set(features.flatMap(columnsRead));
  const isTaken = typeof contract.key !== 'string' && contract.key.every((name) => taken.has(name));
  const names = isTaken && typeof contract.key !== 'string' ? contract.key : [...taken];
  const columns = contract.columns.filter(({ name }) => names.includes(name) && name !== contract.eventTime);
  const values = columns.map((column) => `${sqlText(column.name)}: ${sqlOf(column)}`);
  return `{'kind': 'row', 'columns': {${values.join(', ')}}, 'eventTime': ${isoOf(sqlName(contract.eventTime))}}`;
}

function sqlOf({ name, type }: ColumnPlan): string {
  return type === 'date' ? isoOf(sqlName(name)) : sqlName(name);
}

function isoOf(time: string): string {
  return `strftime(${time}, '%Y-%m-%dT%H:%M:%S.%gZ')`;
}
