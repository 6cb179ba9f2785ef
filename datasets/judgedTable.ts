import type { ContractPlan } from '../core/plan.ts';
import { type CompiledContract, rulesPerMask } from './compileContract.ts';
import { sqlName, sqlText } from './database.ts';
import { eventColumn } from './eventColumn.ts';
import type { RowSelection, SourceTable } from './rawRows.ts';
import { canonicalTypes } from './typedColumn.ts';
import { orderFreeHash, typedRows } from './typedRows.ts';

/** What is judged, by which rules. */
export interface Judging {
  readonly contract: ContractPlan;
  readonly compiled: CompiledContract;
  readonly source: SourceTable;
}

export type JudgedTable = ReturnType<typeof judgedTable>;

/**
 * The SQL around one table of judged rows, which lives in memory as long as the judging: `hour`, `ordinal` (among the hour's rows, in the order of the
 * file), `fingerprint`, a mask per 62 rules, `clean`, the canonical values, and the source's texts of bad rows alone.
 */
export function judgedTable(judging: Judging, name: string) {
  const { contract } = judging;
  const values = contract.columns.map((column, k) => `v${k} AS ${sqlName(column.name)}`).join(', ');
  const texts = contract.columns.map((column, k) => `t${k} AS ${sqlName(column.name)}`).join(', ');
  const order = canonicalOrder(judging);
  const at = (start: number | null | 'all'): string =>
    start === 'all' ? 'true' : start === null ? 'hour IS NULL' : `hour = ${start}`;
  const asHour = `strftime(make_timestamp(hour * 1000), '%Y-%m-%dT%H')`;
  const own = `ordinal AS _row, coalesce(${asHour}, 'undated') AS _hour, ${reasonsOf(judging)} AS _reasons`;
  const from = `[${judging.source.parts.map((part) => sqlText(part.from)).join(', ')}][part + 1] AS _file, line AS _line`;
  const bad = `${texts}, ${own}, ${sqlText(contract.id)} AS _contract, malformed AS _malformed, ${from}`;
  const parquet = '(FORMAT parquet, COMPRESSION zstd)';
  return {
    create: (selection: RowSelection, starts: readonly number[]) => create(judging, name, selection, starts),
    counts: counts(name),
    contents: contents(judging, name),
    reasons: `SELECT CAST(hour AS DOUBLE) AS start, reason, CAST(count(*) AS DOUBLE) AS rows
      FROM (SELECT hour, unnest(${reasonsOf(judging)}) AS reason FROM ${name} WHERE NOT clean) GROUP BY ALL ORDER BY ALL`,
    writeClean: (start: number | null, path: string) =>
      `COPY (SELECT ${values}, ordinal AS _row FROM ${name} WHERE ${at(start)} AND clean ORDER BY ${order}) TO ${sqlText(path)} ${parquet}`,
    writeQuarantine: (start: number | null | 'all', path: string) =>
      `COPY (SELECT ${bad} FROM ${name} WHERE ${at(start)} AND NOT clean ORDER BY hour, ordinal) TO ${sqlText(path)} ${parquet}`,
    drop: `DROP TABLE IF EXISTS ${name}`,
  };
}

/** Sorted by hour, so that each hour's rows are found by the table's own statistics. */
function create(
  { contract, compiled, source }: Judging,
  name: string,
  selection: RowSelection,
  starts: readonly number[],
) {
  const masks = compiled.masks.map((sql, index) => `${sql} AS mask${index}`);
  const clean = compiled.masks.map((_, index) => `mask${index} = 0`).join(' AND ');
  const values = contract.columns.map(({ type }, k) => `CAST(v${k} AS ${canonicalTypes[type]}) AS v${k}`);
  const texts = contract.columns.map((_, k) => `CASE WHEN NOT (${clean}) THEN t${k} END AS t${k}`);
  const kept = [...masks.map((_, index) => `mask${index}`), ...values, ...texts].join(', ');
  const ordinal = `row_number() OVER (PARTITION BY hour ORDER BY ${placeOf(source)}) - 1`;
  const line = contract.source.kind === 'ndjson' ? 'place' : 'CAST(NULL AS BIGINT)';
  const among = selection === 'undated' ? '' : ` WHERE hour IN (${[...starts, -1].join(', ')})`;
  return `CREATE TABLE ${name} AS
    SELECT hour, ${ordinal} AS ordinal, fingerprint, malformed, ${clean} AS clean, ${kept},
      part, ${line} AS line
    FROM (SELECT *, ${masks.join(', ')} FROM (${typedRows(contract, source, selection)})${among}) ORDER BY hour, ordinal`;
}

/** Within one file, places alone are an order: of all parts, of which only a file of lines has several. */
function placeOf({ parts }: SourceTable): string {
  return parts.every(({ from }) => from === parts[0]?.from) ? 'place' : 'part, place';
}

function counts(name: string): string {
  return `SELECT CAST(hour AS DOUBLE) AS start, CAST(count(*) AS DOUBLE) AS read, ${orderFreeHash} AS hash,
    CAST(count(*) FILTER (NOT clean) AS DOUBLE) AS quarantined FROM ${name} GROUP BY hour ORDER BY hour`;
}

function contents(judging: Judging, name: string): string {
  const lines = `string_agg(${contentLine(judging)}, chr(10) ORDER BY ${canonicalOrder(judging)})`;
  return `SELECT CAST(hour AS DOUBLE) AS start, sha256(${lines}) AS content FROM ${name} WHERE clean GROUP BY hour`;
}

/** Event time, then all other columns as declared, then the ordinal: a total order. */
function canonicalOrder({ contract }: Judging): string {
  const event = eventColumn(contract);
  const others = contract.columns.map((_, k) => k).filter((k) => k !== event);
  return [...[event, ...others].map((k) => `v${k} NULLS FIRST`), 'ordinal'].join(', ');
}

/** A row as text that no other row has: each value with its length before it, `-` for null. */
function contentLine({ contract }: Judging): string {
  const fields = contract.columns.map(({ type }, k) => {
    const text = type === 'date' ? `CAST(epoch_us(v${k}) AS VARCHAR)` : `CAST(v${k} AS VARCHAR)`;
    return `coalesce(CAST(strlen(${text}) AS VARCHAR) || ':' || ${text}, '-')`;
  });
  return fields.join(` || ' ' || `);
}

/** The ids of all the rules that a row breaks, as VARCHAR[]. */
function reasonsOf({ compiled }: Judging): string {
  const broken = compiled.rules.map(({ id, bit }) => {
    const mask = `mask${Math.floor(bit / rulesPerMask)}`;
    return `CASE WHEN ${mask} & ${2n ** BigInt(bit % rulesPerMask)} <> 0 THEN ${sqlText(id)} END`;
  });
  return `list_filter(CAST([${broken.join(', ')}] AS VARCHAR[]), lambda reason: reason IS NOT NULL)`;
}
