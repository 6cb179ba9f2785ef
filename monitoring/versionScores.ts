import type { Database } from '../datasets/database.ts';
import { mostRows } from './liveFeatures.ts';
import type { WatchedVersion } from './lookContext.ts';

/** Scores of logged rows by version, whether it answered or scored beside the answer. */
export interface VersionScores {
  /** Of all rows that the champion's version scored. */
  readonly champion: Float32Array;
  /** Of those that the reference's version scored as well, by each. */
  readonly beside: Float32Array;
  readonly reference: Float32Array;
}

/** Of logged rows (SQL of a `LookContext`), of `mostRows` at most. */
export async function versionScores(
  database: Database,
  logged: string | undefined,
  champion: WatchedVersion,
  reference: WatchedVersion | null,
): Promise<VersionScores> {
  const rows = logged === undefined ? [] : await read(database, logged, champion, reference);
  const both = rows.filter((row) => row.other !== null);
  return {
    champion: Float32Array.from(rows, ({ own }) => own),
    beside: Float32Array.from(both, ({ own }) => own),
    reference: Float32Array.from(both, ({ other }) => other ?? 0),
  };
}

function read(
  database: Database,
  logged: string,
  champion: WatchedVersion,
  reference: WatchedVersion | null,
): Promise<{ own: number; other: number | null }[]> {
  const other = reference === null ? 'NULL::DOUBLE' : scoreBy(reference.record.version);
  const scored = `SELECT "predictionId", ${scoreBy(champion.record.version)} AS "own", ${other} AS "other" FROM (${logged})`;
  return database.rows(
    `SELECT "own", "other" FROM (${scored}) WHERE "own" IS NOT NULL ORDER BY hash("predictionId") LIMIT ${mostRows}`,
  );
}

/** Null where the version did not score the row. */
function scoreBy(version: number): string {
  const beside = `list_filter(map_values("others"), lambda one: one."version" = ${version})[1]."score"`;
  return `CASE WHEN "version" = ${version} THEN "score" ELSE ${beside} END`;
}
