import type { AcrossRule } from '../../core/acrossRules.ts';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { hourMs } from '../../core/time.ts';
import { sqlName, sqlText } from '../database.ts';
import { type CompiledContract, rulesPerMask } from '../rules/compileContract.ts';
import { eventColumn } from '../rules/eventColumn.ts';
import type { CompiledRule } from '../rules/rowRule.ts';
import type { RowSelection, SourceTable } from '../sources/rawRows.ts';
import { canonicalTypes } from '../sources/typedColumn.ts';
import { orderFreeHash, typedRows } from '../sources/typedRows.ts';
import { undatedHour } from './partitionKey.ts';

/** What is judged, by which rules. */
export interface Judging {
  readonly contract: ContractPlan;
  readonly compiled: CompiledContract;
  readonly source: SourceTable;
  /** The rules across rows that the rows selected decide; none where left out. */
  readonly across?: readonly AcrossRule[];
}

export type JudgedTable = ReturnType<typeof judgedTable>;

/** Rows of an hour, by its start, milliseconds UTC (null: those without an event time), and the `rowid` of its first. */
export interface HourRows {
  readonly start: number | null;
  readonly first: number;
}

/**
 * The SQL around one table of judged rows, which lives as long as the judging: `hour`, `fingerprint`, a mask per 62
 * rules, `clean`, the canonical values, and of bad rows alone the source's texts, `part`, `line` and `malformed`. Its
 * rows lie by hour, and in an hour in the order of the source: `rowid` less that of the hour's first is their ordinal.
 */
export function judgedTable(judging: Judging, name: string) {
  const { contract, compiled } = judging;
  const values = contract.columns.map((column, k) => `v${k} AS ${sqlName(column.name)}`).join(', ');
  const parquet = '(FORMAT parquet, COMPRESSION zstd)';
  return {
    create: (selection: RowSelection, starts: readonly number[]) => create(judging, name, selection, starts),
    /**
     * Whether each hour's rows lie together and in the order of the source, as those of a source in order of time do;
     * `sort` makes them so.
     */
    liesByHour: liesByHour(name),
    sort: [
      `CREATE TABLE ${name}_sorted AS SELECT * FROM ${name} ORDER BY hour, part, place`,
      `DROP TABLE ${name}`,
      `ALTER TABLE ${name}_sorted RENAME TO ${name}`,
    ],
    counts: counts(name),
    reasons: rowsPerRule(`SELECT hour, unnest(${reasonsOf(compiled)}) AS reason FROM ${name} WHERE NOT clean`),
    /** The same of rules that only warn, over all rows; undefined where there are none. */
    warnings: compiled.rules.every(({ severity }) => severity !== 'warn')
      ? undefined
      : rowsPerRule(`SELECT hour, unnest(${brokenOf(compiled, isWarning)}) AS reason FROM ${name}`),
    /** The hour and the value of the contract's column k in each clean row. */
    cleanValues: (k: number) => `SELECT hour, v${k} AS value FROM ${name} WHERE clean`,
    /** The clean rows of some hours, in order, as lines, with what they are ordered by. */
    lines: (
      starts: readonly number[],
    ) => `SELECT hour, ${orderedBy(contract).join(', ')}, ${contentLine(contract)} AS line
      FROM (SELECT *, ${contentTexts(contract)} FROM ${name} WHERE ${isAmong(starts)} AND clean)`,
    lineOrder: canonicalOrder(contract),
    writeClean: ({ start, first }: HourRows, path: string) =>
      `COPY (SELECT ${values}, rowid - ${first} AS _row FROM ${name} WHERE hour = ${start} AND clean
        ORDER BY ${canonicalOrder(contract)}, rowid) TO ${sqlText(path)} ${parquet}`,
    writeQuarantine: (hour: HourRows | 'all', path: string) =>
      `COPY (${badRows(judging, name, hour)} ORDER BY _hour, _row) TO ${sqlText(path)} ${parquet}`,
    /** The first bad rows of each hour, as a quarantine file has them. */
    samples: (atMost: number) =>
      `(${badRows(judging, name, 'all')} QUALIFY row_number() OVER (PARTITION BY _hour ORDER BY _row) <= ${atMost})`,
    drop: `DROP TABLE IF EXISTS ${name}`,
  };
}

/** In the order of the source. */
function create(
  { contract, compiled, source, across = [] }: Judging,
  name: string,
  selection: RowSelection,
  starts: readonly number[],
) {
  const wanted = selection === 'undated' ? '' : ` WHERE ${isWanted(starts)}`;
  const masks = compiled.masks.map((sql, index) => `${sql} AS mask${index}`);
  const line = contract.source.kind === 'ndjson' ? 'place' : 'CAST(NULL AS BIGINT)';
  const values = contract.columns.map(({ type }, k) => `CAST(v${k} AS ${canonicalTypes[type]}) AS v${k}`);
  const own = [
    'hour',
    'part',
    'place',
    'fingerprint',
    'malformed',
    'clean',
    ...compiled.masks.map((_, k) => `mask${k}`),
  ];
  const judged = typedRows(contract, source, selection).map(({ select, texts }) => {
    const ofBad = texts.map((text, k) => `CASE WHEN NOT clean THEN ${text} END AS t${k}`);
    const masked = `SELECT *, ${masks.join(', ')} FROM (${select})${wanted}`;
    const kept = across.length === 0 ? `CASE WHEN NOT clean THEN ${line} END` : line;
    return `SELECT ${[...own, ...values, ...ofBad].join(', ')}, ${kept} AS line
      FROM (SELECT *, ${compiled.clean} AS clean FROM (${masked}))`;
  });
  return `CREATE TABLE ${name} AS ${judged.join(' UNION ALL ')}`;
}

/** Hours that follow each other are a range: a list would be a join, after which DuckDB keeps no order. */
function isWanted(starts: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const start of starts.toSorted((a, b) => a - b)) {
    const range = ranges.at(-1);
    if (range !== undefined && start - range[1] <= hourMs) range[1] = start;
    else ranges.push([start, start]);
  }
  if (ranges.length > mostRanges) return `hour IN (${starts.join(', ')})`;
  return ranges.length === 0 ? 'false' : ranges.map(([from, to]) => `hour BETWEEN ${from} AND ${to}`).join(' OR ');
}

const mostRanges = 20;

function liesByHour(name: string): string {
  const before = (column: string): string => `lag(${column}) OVER ()`;
  const isNext = `hour IS DISTINCT FROM ${before('hour')} OR (part, place) > (${before('part')}, ${before('place')})`;
  return `SELECT coalesce(bool_and(rows = last - first + 1 AND in_order), true) AS held
    FROM (SELECT count(*) AS rows, min(row) AS first, max(row) AS last, bool_and(is_next) AS in_order
      FROM (SELECT hour, rowid AS row, ${isNext} AS is_next FROM ${name}) GROUP BY hour)`;
}

function badRows({ contract, compiled, source }: Judging, name: string, hour: HourRows | 'all'): string {
  const texts = contract.columns.map((column, k) => `t${k} AS ${sqlName(column.name)}`).join(', ');
  const from = `[${source.parts.map((part) => sqlText(part.from)).join(', ')}][part + 1]`;
  const firsts = `(SELECT hour AS of, min(rowid) AS first FROM ${name} GROUP BY hour)`;
  const rows =
    hour === 'all'
      ? `${name} JOIN ${firsts} ON hour IS NOT DISTINCT FROM of WHERE NOT clean`
      : `(SELECT *, rowid, ${hour.first} AS first FROM ${name}) WHERE ${isHour(hour)} AND NOT clean`;
  return `SELECT ${texts}, rowid - first AS _row, ${hourText} AS _hour, ${reasonsOf(compiled)} AS _reasons,
    ${sqlText(`${contract.id}@${contract.version}`)} AS _contract, malformed AS _malformed, ${from} AS _file, line AS _line FROM ${rows}`;
}

/** The range alone skips the rows of hours that lie far off. */
function isAmong(starts: readonly number[]): string {
  return `hour BETWEEN ${starts[0]} AND ${starts.at(-1)} AND hour IN (${starts.join(', ')})`;
}

/** In a form that skips the other hours' rows by their statistics. */
function isHour({ start }: HourRows): string {
  return start === null ? 'hour IS NULL' : `hour = ${start}`;
}

/** SQL: the name of `hour`. */
export const hourText = `coalesce(strftime(make_timestamp(hour * 1000), '%Y-%m-%dT%H'), ${sqlText(undatedHour)})`;

function counts(name: string): string {
  return `SELECT CAST(hour AS DOUBLE) AS start, CAST(count(*) AS DOUBLE) AS read, ${orderFreeHash} AS hash,
    CAST(min(rowid) AS DOUBLE) AS first, CAST(count(*) FILTER (NOT clean) AS DOUBLE) AS quarantined
    FROM ${name} GROUP BY hour ORDER BY hour`;
}

/** Event time, then all other columns as declared: total, but for rows that are equal in all of them. */
export function canonicalOrder(contract: ContractPlan): string {
  return orderedBy(contract)
    .map((column) => `${column} NULLS FIRST`)
    .join(', ');
}

function orderedBy(contract: ContractPlan): string[] {
  const event = eventColumn(contract);
  const others = contract.columns.map((_, k) => k).filter((k) => k !== event);
  return [event, ...others].map((k) => `v${k}`);
}

/** The columns `v0`, `v1`, … as texts `c0`, `c1`, …, of which `contentLine` makes a line. */
export function contentTexts({ columns }: ContractPlan): string {
  const texts = columns.map(
    ({ type }, k) => `CAST(${type === 'date' ? `epoch_us(v${k})` : `v${k}`} AS VARCHAR) AS c${k}`,
  );
  return texts.join(', ');
}

/** A row as text that no other row has: each value with its length before it, `-` for null. */
export function contentLine(contract: ContractPlan): string {
  const event = eventColumn(contract);
  const fields = contract.columns.map(({ nullable }, k) => {
    const field = `strlen(c${k}), ':', c${k}`;
    return nullable && k !== event ? `CASE WHEN c${k} IS NULL THEN '-' ELSE concat(${field}) END` : field;
  });
  return `concat(${fields.join(`, ' ', `)})`;
}

function rowsPerRule(broken: string): string {
  return `SELECT CAST(hour AS DOUBLE) AS start, reason, CAST(count(*) AS DOUBLE) AS rows
    FROM (${broken}) GROUP BY ALL ORDER BY ALL`;
}

/** The ids of all the rules for which a row is in quarantine, as VARCHAR[]. */
export function reasonsOf(compiled: CompiledContract): string {
  return brokenOf(compiled, (rule) => !isWarning(rule));
}

function isWarning({ severity }: CompiledRule): boolean {
  return severity === 'warn';
}

/** The ids of those of some rules that a row breaks, as VARCHAR[]. */
function brokenOf(compiled: CompiledContract, wanted: (rule: CompiledRule) => boolean): string {
  const broken = compiled.rules.filter(wanted).map(({ id, bit }) => {
    const mask = `mask${Math.floor(bit / rulesPerMask)}`;
    return `CASE WHEN ${mask} & ${2n ** BigInt(bit % rulesPerMask)} <> 0 THEN ${sqlText(id)} END`;
  });
  return `list_filter(CAST([${broken.join(', ')}] AS VARCHAR[]), lambda reason: reason IS NOT NULL)`;
}
