import type { PartitionVersion, ReadmittedCount } from '../../core/snapshot.ts';
import type { DataPorts } from '../dataPorts.ts';
import { type HourCounts, startOf } from '../partitions/judgeRows.ts';

/**
 * What is in each hour of a table of placed rows. Warnings are those of the source's rows: a mended one is not asked again.
 */
export async function hourCounts(
  { database }: Pick<DataPorts, 'database'>,
  bases: readonly PartitionVersion[],
  name: string,
): Promise<Map<number | null, HourCounts>> {
  const counted =
    await database.rows<CountedHour>(`SELECT CAST(hour AS DOUBLE) AS start, CAST(count(*) AS DOUBLE) AS read,
    CAST(count(*) FILTER (NOT clean) AS DOUBLE) AS quarantined FROM ${name} GROUP BY hour`);
  const broken = await database.rows<{ start: number | null; reason: string; rows: number }>(
    `SELECT CAST(hour AS DOUBLE) AS start, reason, CAST(count(*) AS DOUBLE) AS rows
      FROM (SELECT hour, unnest(reasons) AS reason FROM ${name} WHERE NOT clean) GROUP BY ALL ORDER BY ALL`,
  );
  const warnings = new Map(bases.map((base) => [startOf(base), base.warnings ?? {}]));
  const perHour = Map.groupBy(broken, ({ start }) => start);
  return new Map(
    counted.map(({ start, read, quarantined }) => {
      const reasons = (perHour.get(start) ?? []).map(({ reason, rows }) => [reason, rows] as const);
      const own = { reasons: Object.fromEntries(reasons), warnings: warnings.get(start) ?? {} };
      return [start, { start, first: 0, read, quarantined, ...own }];
    }),
  );
}

type CountedHour = Pick<HourCounts, 'start' | 'read' | 'quarantined'>;

/** Per hour and record: the mended rows that are good rows there, and the rows that lie in another hour since. */
export async function readmittedCounts(
  { database }: Pick<DataPorts, 'database'>,
  name: string,
  mended: string,
): Promise<Map<string, ReadmittedCount[]>> {
  const here = `SELECT hour, record, 1 AS rows, 0 AS gone FROM ${name} WHERE clean AND record IS NOT NULL`;
  const hourName = (sql: string) => `strftime(make_timestamp(${sql} * 1000), '%Y-%m-%dT%H')`;
  const gone = `SELECT origin AS of_hour, record, 0 AS rows, 1 AS gone FROM ${mended} WHERE clean AND origin <> moved_to`;
  const found = await database.rows<ReadmittedCount & { readonly at: string }>(
    `SELECT of_hour AS "at", record, CAST(sum(rows) AS DOUBLE) AS rows, CAST(sum(gone) AS DOUBLE) AS gone
      FROM (SELECT ${hourName('hour')} AS of_hour, record, rows, gone FROM (${here}) UNION ALL ${gone})
      GROUP BY of_hour, record ORDER BY of_hour, record`,
  );
  const perHour = Map.groupBy(found, ({ at }) => at);
  return new Map(
    [...perHour].map(([at, counts]) => [at, counts.map(({ record, rows, gone }) => ({ record, rows, gone }))]),
  );
}
