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
  const total = 'sum(n) FILTER (value IS NOT NULL)';
  const wide = `SELECT hour AS of, ${total} AS total FROM ${counted} GROUP BY hour HAVING count(value) > ${mostValues}`;
  const texts = `SELECT *, CAST(value AS VARCHAR) AS text, md5(CAST(value AS VARCHAR)) AS digest FROM ${counted}`;
  // They are kept one by one: an order of all values, which may be as many as the rows, takes five times as long.
  const least = (of: string): string => `arg_min(${of}, digest, ${mostValues}) FILTER (value IS NOT NULL)`;
  const isFrequent = `value IS NOT NULL AND n >= 2 AND n >= ${frequentShare} * total`;
  return `SELECT CAST(hour AS DOUBLE) AS start, CAST(sum(n) AS DOUBLE) AS rows, ${nulls} AS nulls,
    CAST(to_json({v: ${least('text')}, n: ${least('n')}}) AS VARCHAR) AS counts, ${listed(isFrequent)} AS frequent
    FROM (${texts}) JOIN (${wide}) ON hour = of GROUP BY hour`;
}

const nulls = 'CAST(coalesce(sum(n) FILTER (value IS NULL), 0) AS DOUBLE)';

/** Two lists in one order, which is none. Values are texts: JSON has no whole numbers beyond 2^53. */
function listed(isKept: string): string {
  const list = (of: string): string => `list(${of}) FILTER (${isKept})`;
  return `CAST(to_json({v: ${list('CAST(value AS VARCHAR)')}, n: ${list('n')}}) AS VARCHAR)`;
}
