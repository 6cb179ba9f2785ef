import { WhetError } from '../core/errors.ts';
import type { ContractPlan } from '../core/plan.ts';
import { hourMs } from '../core/time.ts';
import { sqlName, sqlText } from './database.ts';
import { typedColumn } from './typedColumn.ts';

/** A Parquet file and DuckDB's type of each of the contract's columns in it, in the contract's order. */
export interface SourceTable {
  readonly file: string;
  readonly types: readonly string[];
}

/** Which rows to read: those of hours in [fromMs, toMs), or those without an event time. */
export type RowSelection = { readonly fromMs: number; readonly toMs: number } | 'undated';

/**
 * A SELECT of a source's rows as the contract sees them. Per column k of the contract: `v<k>` its canonical value,
 * `f<k>` why there is none (`faults`), `d<k>` a number that is only not whole, `t<k>` the source's value as text. Also
 * `hour` (milliseconds UTC, null where undated), `place` (row number in the file), `fingerprint`, and `malformed`
 * (the text of a line that had not the header's number of fields). Names by number cannot meet a column's own name.
 */
export function typedRows(contract: ContractPlan, source: SourceTable, selection: RowSelection): string {
  const columns = contract.columns.map((column, k) => ({
    k,
    ...typedColumn(column.type, { raw: `r${k}`, parsed: `p${k}` }, source.types[k] ?? ''),
  }));
  const faulted = columns.map(({ k, fault }) => `CASE WHEN malformed IS NULL THEN ${fault} ELSE 0 END AS f${k}`);
  const valued = columns.flatMap(({ k, value, loose }) => [
    `CASE WHEN f${k} = 0 AND malformed IS NULL THEN ${value} END AS v${k}`,
    `CAST(CASE WHEN f${k} = 4 THEN ${loose} END AS DOUBLE) AS d${k}`,
    `CAST(r${k} AS VARCHAR) AS t${k}`,
    `f${k}`,
  ]);
  const parsed = `SELECT *, ${columns.map(({ k, parse }) => `${parse} AS p${k}`).join(', ')} FROM (${rawRows(contract, source, selection)})`;
  const inner = `SELECT *, ${faulted.join(', ')} FROM (${parsed})`;
  const at = `v${eventColumn(contract)}`;
  const typed = `SELECT place, malformed, ${fingerprint(contract)} AS fingerprint, ${valued.join(', ')} FROM (${inner})`;
  return `SELECT *, epoch_ms(date_trunc('hour', ${at})) AS hour FROM (${typed}) WHERE ${exactly(at, selection)}`;
}

/** A SELECT of every row's event time `event` (null where undated) and `fingerprint`, and nothing else. */
export function fingerprintedRows(contract: ContractPlan, source: SourceTable): string {
  const k = eventColumn(contract);
  const { parse, fault, value } = typedColumn('date', { raw: `r${k}`, parsed: 'parsed' }, source.types[k] ?? '');
  const event = `CASE WHEN malformed IS NULL AND (${fault}) = 0 THEN ${value} END`;
  const parsed = `SELECT *, ${parse} AS parsed FROM (${rawRows(contract, source)})`;
  return `SELECT ${event} AS event, ${fingerprint(contract)} AS fingerprint FROM (${parsed})`;
}

/** DuckDB's 64-bit hash of all of a row's values as they came. It finds changes; a snapshot's id hashes the content. */
function fingerprint(contract: ContractPlan): string {
  return `hash(${contract.columns.map((_, k) => `r${k}`).join(', ')}, malformed)`;
}

/** Of a group of rows with a `fingerprint`: sums and exclusive ors do not depend on order. Text. */
export const orderFreeHash = `CAST(sum(fingerprint) AS VARCHAR) || '.' || CAST(bit_xor(fingerprint) AS VARCHAR)`;

/** Where the event time stands among the contract's columns. Throws `column.unknown`, `column.wrong-type`. */
export function eventColumn(contract: ContractPlan): number {
  const k = contract.columns.findIndex((column) => column.name === contract.eventTime);
  const place = `${contract.id}.eventTime`;
  if (k < 0)
    throw new WhetError('column.unknown', {
      expected: 'a declared column',
      came: `'${contract.eventTime}' in ${place}`,
    });
  const type = contract.columns[k]?.type;
  if (type !== 'date')
    throw new WhetError('column.wrong-type', {
      expected: `a date in ${place}`,
      came: `'${contract.eventTime}', ${type}`,
    });
  return k;
}

function rawRows(contract: ContractPlan, source: SourceTable, selection?: RowSelection): string {
  const columns = contract.columns.map(({ name }, k) => `${sqlName(name)} AS r${k}`);
  const malformed = contract.source.kind === 'csv' ? '_malformed' : 'CAST(NULL AS VARCHAR)';
  const where = selection === undefined ? '' : ` WHERE ${roughly(contract, source, selection)}`;
  const file = `read_parquet(${sqlText(source.file)}, file_row_number = true)`;
  return `SELECT ${columns.join(', ')}, ${malformed} AS malformed, file_row_number AS place FROM ${file}${where}`;
}

/**
 * A condition on the column as it lies in the file, so that DuckDB skips row groups by their statistics. A day wider
 * than asked, for types coarser or finer than microseconds; `exactly` then decides.
 */
function roughly(contract: ContractPlan, source: SourceTable, selection: RowSelection): string {
  if (selection === 'undated') return 'true';
  const staged = contract.source.kind === 'csv';
  const column = staged ? '_at' : sqlName(contract.eventTime);
  const type = staged ? 'TIMESTAMP' : (source.types[eventColumn(contract)] ?? 'TIMESTAMP');
  const [earliest, latest] = type === 'TIMESTAMP_NS' ? nanosecondRange : dateRange;
  const from = selection.fromMs - 24 * hourMs;
  const to = selection.toMs + 24 * hourMs;
  const bounds = [
    ...(from > earliest ? [`${column} >= ${timestamp(from, type)}`] : []),
    ...(to < latest ? [`${column} <= ${timestamp(to, type)}`] : []),
  ];
  return ['true', ...bounds].join(' AND ');
}

/** Beyond these a bound cannot be written in the column's type, and is left out. */
const dateRange = [Date.parse('0002-01-01'), Date.UTC(9999, 0)] as const;
const nanosecondRange = [Date.UTC(1700, 0), Date.UTC(2200, 0)] as const;

function timestamp(ms: number, type: string): string {
  return `CAST('${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')}' AS ${type})`;
}

function exactly(at: string, selection: RowSelection): string {
  if (selection === 'undated') return `${at} IS NULL`;
  return `epoch_ms(${at}) >= ${selection.fromMs} AND epoch_ms(${at}) < ${selection.toMs}`;
}
