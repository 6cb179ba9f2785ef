import type { ColumnType } from '../../core/contractPlan.ts';
import { frequentShare, mostValues } from '../../core/sketches/columnSketch.ts';

/** Rows per hour and value of a column; a long text stands by its beginning and its MD5. */
export function valuesByHour(type: ColumnType, values: string): string {
  const short = `CASE WHEN strlen(value) > 100 THEN concat(left(value, 60), '…', md5(value)) ELSE value END`;
  return `SELECT hour, ${type === 'string' ? short : 'value'} AS value, count(*) AS n FROM (${values}) GROUP BY ALL`;
}

/** Hours with more values than are kept. */
export function wideHours(counted: string): string {
  return `SELECT hour FROM ${counted} GROUP BY hour HAVING count(value) > ${mostValues}`;
}

/** A row for each other hour, with its values and their rows as JSON, in no order. */
export function countedValues(counted: string): string {
  return `SELECT CAST(hour AS DOUBLE) AS start, ${nulls} AS nulls, ${listed('value IS NOT NULL')} AS counts
    FROM ${counted} WHERE hour NOT IN (${wideHours(counted)}) GROUP BY hour`;
}

/** A row for each wide hour, with the values whose MD5 is smallest, and those that are frequent. */
export function sampledValues(counted: string): string {
  const place = 'row_number() OVER (PARTITION BY hour ORDER BY md5(CAST(value AS VARCHAR)) NULLS LAST)';
  const least = `${frequentShare} * sum(n) FILTER (value IS NOT NULL) OVER (PARTITION BY hour)`;
  const isFrequent = `value IS NOT NULL AND n >= 2 AND n >= ${least}`;
  const sampled = `SELECT *, ${place} <= ${mostValues} AS is_kept, ${isFrequent} AS is_frequent
    FROM ${counted} WHERE hour IN (${wideHours(counted)})`;
  return `SELECT CAST(hour AS DOUBLE) AS start, CAST(sum(n) AS DOUBLE) AS rows, ${nulls} AS nulls,
    ${listed('is_kept')} AS counts, ${listed('is_frequent')} AS frequent FROM (${sampled}) GROUP BY hour`;
}

const nulls = 'CAST(coalesce(sum(n) FILTER (value IS NULL), 0) AS DOUBLE)';

/** Two lists in one order, which is none. Values are texts: JSON has no whole numbers beyond 2^53. */
function listed(isKept: string): string {
  const list = (of: string): string => `list(${of}) FILTER (${isKept})`;
  return `CAST(to_json({v: ${list('CAST(value AS VARCHAR)')}, n: ${list('n')}}) AS VARCHAR)`;
}
