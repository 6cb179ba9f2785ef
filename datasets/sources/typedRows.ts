import type { ContractPlan } from '../../core/contractPlan.ts';
import { eventColumn } from '../rules/eventColumn.ts';
import { hourOfInstant } from './hourOfInstant.ts';
import { stagedColumn } from './jsonColumn.ts';
import { type AlikeParts, alikeParts, type RowSelection, rawRows, type SourceTable } from './rawRows.ts';
import { canonicalTypes, faults, typedColumn } from './typedColumn.ts';

/** Rows of files whose columns have the same types, as the contract sees them. */
export interface TypedRows {
  readonly select: string;
  /** By column: the source's value as text, to be made of the few rows that need it. */
  readonly texts: readonly string[];
}

/**
 * SELECTs of a source's rows, all or those selected, as the contract sees them. Per column k of the contract: `v<k>` its canonical value, `f<k>`
 * why there is none (`faults`), `d<k>` a number that is only not whole. Also `hour` (milliseconds UTC, null where
 * undated), `part` (which of the table's) and `place` (the row's number in it, or the line's in the file),
 * `fingerprint`, and `malformed` (the text of a line that could not be taken apart). Names by number cannot meet a
 * column's own name.
 */
export function typedRows(contract: ContractPlan, source: SourceTable, selection?: RowSelection): TypedRows[] {
  return alikeParts(source.parts).map((alike) =>
    typedAlike(contract, alike, rawRows(contract, alike, selection), selection),
  );
}

/**
 * As `typedRows`, those of all rows that may break a rule: every row that breaks one of `rules` (SQL over the same
 * columns) or lacks a value that it must have or has one of a wrong kind, and few others. The others, which are nearly
 * all rows of a good source, cost no more than these questions.
 */
export function suspectRows(contract: ContractPlan, source: SourceTable, rules: readonly string[]): TypedRows[] {
  return alikeParts(source.parts).map((alike) => typedAlike(contract, alike, suspects(contract, alike, rules)));
}

function suspects(contract: ContractPlan, alike: AlikeParts, rules: readonly string[]): string {
  const columns = typedColumns(contract, alike.types);
  const parsed = `SELECT *, ${columns.map(({ k, parse }) => `${parse} AS p${k}`).join(', ')} FROM (${rawRows(contract, alike)})`;
  const roughly = columns.flatMap(({ k, fault, rough }) => [
    `${ofWellFormed(contract, fault)} AS f${k}`,
    `${rough} AS v${k}`,
    `CAST(NULL AS DOUBLE) AS d${k}`,
  ]);
  const doubts = columns.flatMap(({ k, doubt }) => [
    ...(mustHaveValue(contract, k) ? [`r${k} IS NULL`] : []),
    ...(doubt === null ? [] : [doubt]),
  ]);
  const asked = [...new Set([...doubts, ...rules])].map((sql) => `(${sql})`).join(' OR ');
  const raw = [...columns.map(({ k }) => `r${k}`), 'malformed', 'part', 'place'];
  const kept = [...raw, ...(isJson(contract) ? ['fragments'] : []), ...(isCsv(contract) ? ['staged_at'] : [])];
  return `SELECT ${kept.join(', ')} FROM (SELECT *, ${roughly.join(', ')} FROM (${parsed})) WHERE ${asked}`;
}

function mustHaveValue(contract: ContractPlan, k: number): boolean {
  return k === eventColumn(contract) || contract.columns[k]?.nullable === false;
}

function typedAlike(contract: ContractPlan, alike: AlikeParts, rows: string, selection?: RowSelection): TypedRows {
  const columns = typedColumns(contract, alike.types);
  const faulted = columns.map(({ k, fault }) => `${ofWellFormed(contract, fault)} AS f${k}`);
  const valued = columns.flatMap(({ k, value, loose }) => [
    `${value} AS v${k}`,
    `${loose === null ? 'CAST(NULL AS DOUBLE)' : `CAST(CASE WHEN f${k} = ${faults.whole} THEN ${loose} END AS DOUBLE)`} AS d${k}`,
  ]);
  const parsed = `SELECT *, ${columns.map(({ k, parse }) => `${parse} AS p${k}`).join(', ')} FROM (${rows})`;
  const inner = `SELECT *, ${faulted.join(', ')} FROM (${parsed})`;
  const at = `v${eventColumn(contract)}`;
  const typed = `SELECT *, ${fingerprint(contract)} AS fingerprint, ${valued.join(', ')} FROM (${inner})`;
  const placed = `SELECT *, ${hourOfRow(contract, alike, at)} AS hour FROM (${typed})`;
  const select = selection === undefined ? placed : `SELECT * FROM (${placed}) WHERE ${exactly(selection)}`;
  return { select, texts: columns.map(({ text }) => text) };
}

/** A malformed line has that one fault; no Parquet file has such lines. */
function ofWellFormed(contract: ContractPlan, fault: string): string {
  return contract.source.kind === 'parquet' ? fault : `CASE WHEN malformed IS NULL THEN ${fault} ELSE 0 END`;
}

function typedColumns(contract: ContractPlan, types: readonly string[]) {
  return contract.columns.map((column, k) => {
    const names = { raw: `r${k}`, parsed: `p${k}` };
    const typed = isJson(contract) ? stagedColumn(column, k) : typedColumn(column.type, names, types[k] ?? 'VARCHAR');
    return { k, ...typed, ...(k === eventColumn(contract) ? eventParse(contract) : {}) };
  });
}

/** The text of an event time was read when it was staged. */
function eventParse(contract: ContractPlan): { parse?: string } {
  return isCsv(contract) ? { parse: 'staged_at' } : {};
}

function isCsv(contract: ContractPlan): boolean {
  return contract.source.kind === 'csv';
}

function isJson(contract: ContractPlan): boolean {
  return contract.source.kind === 'ndjson';
}

/** A SELECT of every row's event time `event` (null where undated), its `hour` and its `fingerprint`, and nothing else. */
export function fingerprintedRows(contract: ContractPlan, source: SourceTable): string {
  const k = eventColumn(contract);
  return alikeParts(source.parts)
    .map((alike) => {
      const names = { raw: `r${k}`, parsed: 'parsed' };
      const type = isJson(contract) ? canonicalTypes.date : (alike.types[k] ?? 'VARCHAR');
      const { parse, value } = { ...typedColumn('date', names, type), ...eventParse(contract) };
      const parsed = `SELECT *, ${parse} AS parsed FROM (${rawRows(contract, alike)})`;
      const read = `SELECT *, ${value} AS event FROM (${parsed})`;
      return `SELECT event, ${hourOfRow(contract, alike, 'event')} AS hour, ${fingerprint(contract)} AS fingerprint FROM (${read})`;
    })
    .join(' UNION ALL ');
}

/** DuckDB's 64-bit hash of all of a row's values as they came. It finds changes; a snapshot's id hashes the content. */
function fingerprint(contract: ContractPlan): string {
  return `hash(${contract.columns.map((_, k) => `r${k}`).join(', ')}, malformed)`;
}

/** Of a group of rows with a `fingerprint`: sums and exclusive ors do not depend on order. Text. */
export const orderFreeHash = `CAST(sum(fingerprint) AS VARCHAR) || '.' || CAST(bit_xor(fingerprint) AS VARCHAR)`;

function exactly(selection: RowSelection): string {
  if (selection === 'undated') return 'hour IS NULL';
  return `hour >= ${selection.fromMs} AND hour < ${selection.toMs}`;
}

/** A row whose event time is not of the hours that its path names lies in the first of them, and is bad. */
function hourOfRow({ source }: ContractPlan, { parts }: AlikeParts, event: string): string {
  const hour = hourOfInstant(event);
  if (source.partition === 'hour') return hour;
  const ends = (end: 'fromMs' | 'toMs'): string => {
    const byPart: (number | null)[] = [];
    for (const { part, within } of parts) byPart[part] = within?.[end] ?? null;
    return `CAST([${Array.from(byPart, (ms) => ms ?? 'NULL').join(', ')}] AS BIGINT[])[part + 1]`;
  };
  return `CASE WHEN ${hour} >= ${ends('fromMs')} AND ${hour} < ${ends('toMs')} THEN ${hour} ELSE ${ends('fromMs')} END`;
}
