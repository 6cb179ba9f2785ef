import type { HourTable, RateTable } from '../core/matrix.ts';
import type { Plan } from '../core/plan.ts';
import type { RecentPlan } from '../core/recentKey.ts';
import type { PartitionVersion } from '../core/snapshot.ts';
import { type Hour, hourMs, hourOf } from '../core/time.ts';
import type { DataPorts } from '../datasets/dataPorts.ts';
import { type Counts, keysSql, labelsSql, rateTable } from './countSettledLabels.ts';
import { labelSql } from './labelSql.ts';
import { sqlOfParts } from './partsByHour.ts';
import { compoundFeatures } from './recentFeatures.ts';

export interface ReadKeys {
  /** Whose rows ask. */
  readonly parts: readonly PartitionVersion[];
  /** Whose labels are counted: all that the tables of those hours are made of. */
  readonly lookback: readonly PartitionVersion[];
  /** Rows of hour h read what settled by h less this. */
  readonly tablesOlderByHours: number;
}

/**
 * For each part what features with a compound key may know at its hour, as `buildTables` says it, of the keys alone that
 * its rows have: such a key has so many values that a table of all of them for every hour would be most of the store.
 */
export async function countReadKeys(ports: DataPorts, plan: Plan, read: ReadKeys): Promise<Map<Hour, HourTable>> {
  const features = compoundFeatures(plan);
  const tables = new Map<Hour, Record<string, RateTable>>(read.parts.map(({ hour }) => [hour, {}]));
  if (features.length === 0 || read.parts.every(({ object }) => object === null)) return tables;
  if (read.lookback.every(({ object }) => object === null)) return tables;
  const [asking, labels] = await Promise.all([
    sqlOfParts(ports.store, read.parts),
    sqlOfParts(ports.store, read.lookback),
  ]);
  const sql = readSql(plan, features, asking, labels, read.tablesOlderByHours);
  for (const { feature, hour, counts, positives, total } of await ports.database.rows<CountedKeys>(sql)) {
    const [name, table] = [features[feature]?.name, tables.get(hourOf(hour * hourMs))];
    if (name === undefined || table === undefined) continue;
    table[name] = { ...rateTable(JSON.parse(counts ?? '[]') as Counts), all: { positives, total } };
  }
  return tables;
}

interface CountedKeys {
  /** Its place among the plan's compound features. */
  readonly feature: number;
  /** Whole hours since 1970, of the rows that ask. */
  readonly hour: number;
  /** `Counts` as JSON; null where no key of the hour has a label. */
  readonly counts: string | null;
  /** Of all keys. */
  readonly positives: number;
  readonly total: number;
}

/**
 * Counts per key run up over the hours in which labels settled, so that the labels of [H - over, H) are the sum by the last
 * hour before H less that by the last hour before H - over.
 */
function readSql(
  plan: Plan,
  features: readonly RecentPlan[],
  asking: string,
  labels: string,
  olderByHours: number,
): string {
  const { event } = labelSql(plan);
  const each = (sql: (feature: RecentPlan, at: number) => string): string => features.map(sql).join(' UNION ALL ');
  return `WITH labels AS MATERIALIZED (${labelsSql(plan, features, labels)}),
    asking AS MATERIALIZED (
      SELECT CAST(floor(${event} / ${hourMs}) AS BIGINT) AS hour, ${keysSql(plan, features)} FROM ${asking}
    ),
    asked AS (${each((feature, at) => askedSql(feature, at, olderByHours))}),
    settled AS (${each((_, at) => settledSql(at))}),
    summed AS (
      SELECT feature, key, hour, sum(positives) OVER by_hour AS positives, sum(total) OVER by_hour AS total
      FROM settled WINDOW by_hour AS (PARTITION BY feature, key ORDER BY hour)
    ),
    counted AS (
      SELECT asked.feature, asked.hour, asked.key,
        COALESCE(upto.positives, 0) - COALESCE(past.positives, 0) AS positives,
        COALESCE(upto.total, 0) - COALESCE(past.total, 0) AS total
      FROM asked
      ASOF LEFT JOIN summed upto
        ON upto.feature = asked.feature AND upto.key IS NOT DISTINCT FROM asked.key AND upto.hour < asked.until
      ASOF LEFT JOIN summed past
        ON past.feature = asked.feature AND past.key IS NOT DISTINCT FROM asked.key AND past.hour < asked.since
    )
    SELECT feature, CAST(hour AS DOUBLE) AS hour,
      CAST(to_json(list({ 'key': key, 'positives': CAST(positives AS BIGINT), 'total': CAST(total AS BIGINT) })
        FILTER (key IS NOT NULL AND total > 0)) AS VARCHAR) AS counts,
      CAST(max(positives) FILTER (key IS NULL) AS DOUBLE) AS positives,
      CAST(max(total) FILTER (key IS NULL) AS DOUBLE) AS total
    FROM counted GROUP BY ALL`;
}

/** The keys that each hour's rows ask for; null asks for all of them together. */
function askedSql({ overMs }: RecentPlan, at: number, olderByHours: number): string {
  const until = `hour - ${olderByHours} AS until, hour - ${olderByHours + overMs / hourMs} AS since`;
  return `SELECT DISTINCT ${at} AS feature, hour, key${at} AS key, ${until} FROM asking
    UNION ALL SELECT DISTINCT ${at} AS feature, hour, CAST(NULL AS VARCHAR) AS key, ${until} FROM asking`;
}

/** Labels by their key and the hour in which they settled, and all of that hour under the key null. */
function settledSql(at: number): string {
  return `SELECT ${at} AS feature, key${at} AS key, CAST(floor(settles / ${hourMs}) AS BIGINT) AS hour,
      sum(positive) AS positives, count(*) AS total
    FROM labels GROUP BY GROUPING SETS ((key, hour), (hour))`;
}
