import type { ContractPlan } from '../../core/contractPlan.ts';
import { sqlName, sqlText } from '../database.ts';
import { jsonValue } from './jsonColumn.ts';

/**
 * A SELECT of the lines of the text `$1` as a staged file has them, in no order; `_line` is counted within it, from 1. All that is
 * strict is decided here, on the JSON of each value, which one parse per line gives.
 */
export function jsonLines({ columns }: ContractPlan): string {
  const json = columns.map(({ name }, k) => `CAST(struct_extract(object, ${sqlText(name)}) AS VARCHAR) AS j${k}`);
  const values = columns.map(({ type, coerce }, k) => `${jsonValue(type, `j${k}`, coerce)} AS v${k}`);
  const wrong = columns.map((_, k) => `(v${k} IS NULL AND j${k} IS NOT NULL)`).join(' OR ');
  const all = `CAST(to_json([${columns.map((_, k) => `j${k}`).join(', ')}]) AS VARCHAR)`;
  const raw = `CASE WHEN ${wrong} THEN ${all} END AS _raw`;
  const malformed = `CASE WHEN object IS NULL THEN rtrim(line, chr(13)) END AS _malformed`;
  const named = columns.map(({ name }, k) => `v${k} AS ${sqlName(name)}`);
  const fields = `SELECT line, number, object, ${json.join(', ')} FROM (${objects(columns)})`;
  const typed = `SELECT *, ${values.join(', ')} FROM (${fields})`;
  // No column of the contract has such a name; it may well have one that is called number.
  return `SELECT ${named.join(', ')}, number AS _line, ${malformed}, ${raw} FROM (${typed})`;
}

/** DuckDB would throw at a line that is no JSON, and take a list for an object without fields. */
function objects(columns: ContractPlan['columns']): string {
  const shape = sqlText(JSON.stringify(Object.fromEntries(columns.map(({ name }) => [name, 'JSON']))));
  const object = `CASE WHEN ${begins} OR starts_with(ltrim(line, ${blanks}), '{') THEN TRY(from_json(line, ${shape})) END`;
  return `SELECT line, number, ${object} AS object FROM (${textLines}) WHERE ${begins} OR trim(line, ${blanks}) <> ''`;
}

/** Nearly every line does: to trim it takes as long as to parse it. */
const begins = `starts_with(line, '{')`;
const blanks = `' ' || chr(9) || chr(13)`;

/** The lines of the text `$1` by number, from 1. */
export const textLines = `SELECT unnest(lines) AS line, generate_subscripts(lines, 1) AS number
  FROM (SELECT string_split(decode($1::BLOB), chr(10)) AS lines)`;
