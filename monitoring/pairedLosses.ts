import type { LabelJoin } from '../core/labelJoin.ts';
import type { LabelledLosses } from '../core/rolloutAnalysis.ts';
import { joinedRows } from './joinedRows.ts';
import type { JoinPorts } from './storedRows.ts';

/** Two versions that scored the same rows, since an epoch. */
export interface PairedVersions {
  readonly version: number;
  readonly rival: number;
  readonly epoch: number;
}

/** As the metric's (`models/metrics/logLoss.ts`). */
const clip = 1e-7;

/**
 * Of `version - rival`, the log losses of the rows that both scored and whose labels are back, whoever answered; undefined
 * while there are none. One pass of DuckDB over the join's hours: no row comes here.
 */
export async function pairedLosses(
  ports: JoinPorts,
  { hours }: LabelJoin,
  { version, rival, epoch }: PairedVersions,
): Promise<LabelledLosses | undefined> {
  const tables = await Promise.all(Object.values(hours).map((hour) => joinedRows(ports, hour)));
  const both = tables
    .filter((table) => table !== undefined)
    .map(
      (
        table,
      ) => `SELECT regexp_replace("predictionId", '/[0-9]+$', '') AS "request", "label", ${scoreOf(version)} AS "own",
        ${scoreOf(rival)} AS "other" FROM (${table}) WHERE "epoch" >= ${epoch} AND "label" IS NOT NULL`,
    );
  if (both.length === 0) return undefined;
  const [found] = await ports.database.rows<LabelledLosses>(
    `SELECT count(*)::DOUBLE AS "rows", coalesce(sum("apart"), 0)::DOUBLE AS "sum", coalesce(sum("apart" * "apart"), 0)::DOUBLE AS "squares",
      count(DISTINCT "request")::DOUBLE AS "requests"
      FROM (SELECT "request", ${lossOf('own')} - ${lossOf('other')} AS "apart" FROM (${both.join(' UNION ALL ')}))
      WHERE "apart" IS NOT NULL`,
  );
  return found?.rows === 0 ? undefined : found;
}

function scoreOf(version: number): string {
  return `CASE WHEN "version" = ${version} THEN "score"
    ELSE list_filter(map_values("others"), lambda one: one."version" = ${version})[1]."score" END`;
}

/** Nats. */
function lossOf(score: string): string {
  const clipped = `least(${1 - clip}, greatest(${clip}, "${score}"))`;
  return `CASE WHEN "${score}" IS NULL THEN NULL WHEN "label" THEN -ln(${clipped}) ELSE -ln(1 - ${clipped}) END`;
}
