import type { HourTable, RateTable } from '../core/matrix.ts';
import type { Plan } from '../core/plan.ts';
import type { RecentPlan } from '../core/recentKey.ts';
import type { PartitionVersion } from '../core/snapshot.ts';
import { type Hour, hourMs, hourOf, hourStart } from '../core/time.ts';
import type { DataPorts } from '../datasets/dataPorts.ts';
import { columnsOf } from './featureColumns.ts';
import { labelSql } from './labelSql.ts';
import { sqlOfParts } from './partsByHour.ts';
import { emptyTable } from './rate.ts';
import { recentKeySql } from './recentKey.ts';

/** The tables of these hours, counted from these parts in one statement. Each of the features is in every table. */
export async function countSettledLabels(
  ports: DataPorts,
  plan: Plan,
  features: readonly RecentPlan[],
  parts: readonly PartitionVersion[],
  hours: readonly Hour[],
): Promise<Map<Hour, HourTable>> {
  const empty = Object.fromEntries(features.map((feature) => [feature.name, emptyTable]));
  const tables = new Map(hours.map((hour) => [hour, { ...empty }]));
  if (hours.length === 0 || features.length === 0 || parts.every((part) => part.object === null)) return tables;
  const sql = countSql(plan, features, await sqlOfParts(ports.store, parts), hours);
  for (const { feature, hour, counts } of await ports.database.rows<CountedTable>(sql)) {
    const [name, table] = [features[feature]?.name, tables.get(hourOf(hour * hourMs))];
    if (name !== undefined && table !== undefined) table[name] = rateTable(JSON.parse(counts) as Counts);
  }
  return tables;
}

/** Of each key. */
export type Counts = readonly { readonly key: string; readonly positives: number; readonly total: number }[];

interface CountedTable {
  /** Its place among the plan's recent features. */
  readonly feature: number;
  /** Whole hours since 1970. */
  readonly hour: number;
  /** `Counts` as JSON. */
  readonly counts: string;
}

/** Sorted here, by UTF-16 code units as everywhere in the engine, not as DuckDB sorts. */
export function rateTable(counts: Counts): RateTable {
  const sorted = counts.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return {
    keys: sorted.map(({ key }) => key),
    positives: sorted.map(({ positives }) => positives),
    totals: sorted.map(({ total }) => total),
  };
}

function countSql(plan: Plan, features: readonly RecentPlan[], table: string, hours: readonly Hour[]): string {
  const wanted = hours.map((hour) => hourStart(hour) / hourMs).join(', ');
  return `WITH labels AS MATERIALIZED (${labelsSql(plan, features, table)}),
    spans AS (${features.map(spansSql).join(' UNION ALL ')}),
    spread AS (SELECT * EXCLUDE (first, last), unnest(range(first, last + 1)) AS hour FROM spans),
    counts AS (
      SELECT feature, hour, key, CAST(sum(positives) AS BIGINT) AS positives, CAST(sum(total) AS BIGINT) AS total
      FROM spread WHERE hour IN (${wanted}) GROUP BY ALL
    )
    SELECT feature, CAST(hour AS DOUBLE) AS hour,
      CAST(to_json(list({ 'key': key, 'positives': positives, 'total': total })) AS VARCHAR) AS counts
    FROM counts GROUP BY ALL`;
}

/** The features' keys as key0, key1, …. Labels that took longer than `settlesWithin` fall out of every table, so that no table depends on where its parts begin. */
export function labelsSql(plan: Plan, features: readonly RecentPlan[], table: string): string {
  const { event, settles, positive } = labelSql(plan);
  return `SELECT ${keysSql(plan, features)}, ${settles} AS settles, CAST(${positive} AS INTEGER) AS positive
    FROM ${table} WHERE ${settles} - ${event} <= ${plan.label.settlesWithinMs}`;
}

/** The features' keys of a row as key0, key1, …. */
export function keysSql(plan: Plan, features: readonly RecentPlan[]): string {
  return features.map((feature, at) => `${recentKeySql(feature, columnsOf(plan, feature))} AS key${at}`).join(', ');
}

/**
 * A label settled at s is in the tables of all H with H - over <= s < H: the hours from floor(s) + 1 to floor(s + over).
 * Rows with the same first and last hour are counted together before they are spread over those hours.
 */
function spansSql(feature: RecentPlan, at: number): string {
  const wholeHours = (ms: string): string => `CAST(floor((${ms}) / ${hourMs}) AS BIGINT)`;
  return `SELECT ${at} AS feature, key${at} AS key, ${wholeHours('settles')} + 1 AS first,
    ${wholeHours(`settles + ${feature.overMs}`)} AS last, sum(positive) AS positives, count(*) AS total
    FROM labels GROUP BY ALL`;
}
