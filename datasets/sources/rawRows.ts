import type { ContractPlan } from '../../core/contractPlan.ts';
import type { HourRange } from '../../core/pathPartition.ts';
import { hourMs } from '../../core/time.ts';
import { sqlFile, sqlName } from '../database.ts';
import { eventColumn } from '../rules/eventColumn.ts';
import { fragments } from './jsonColumn.ts';
import { canonicalTypes } from './typedColumn.ts';

/** Parquet files to read a source's rows from, in the order of the source. */
export interface SourceTable {
  /** The source for people: a path. */
  readonly name: string;
  readonly parts: readonly TablePart[];
}

export interface TablePart {
  /** The Parquet file: the source's own, or one that it was turned into. */
  readonly file: string;
  /** The source file that its rows came from. */
  readonly from: string;
  /** DuckDB's type of each of the contract's columns in it, in the contract's order. */
  readonly types: readonly string[];
  /** The hours that the source file's path names, of a source that is partitioned by it. */
  readonly within?: HourRange;
}

/** Which rows to read: those of hours in [fromMs, toMs), or those without an event time. */
export type RowSelection = { readonly fromMs: number; readonly toMs: number } | 'undated';

/** Parts with the same types: one scan reads them. */
export interface AlikeParts {
  readonly types: readonly string[];
  readonly parts: readonly NumberedPart[];
}

interface NumberedPart extends TablePart {
  /** Its place among the table's parts, from 0. */
  readonly part: number;
}

/**
 * Parts by their types: one scan would give all columns the types that they have in its first file. Without parts, there
 * is one scan of nothing.
 */
export function alikeParts(parts: readonly TablePart[]): AlikeParts[] {
  const alike = new Map<string, NumberedPart[]>();
  for (const [part, held] of parts.entries()) {
    const key = held.types.join();
    alike.set(key, [...(alike.get(key) ?? []), { ...held, part }]);
  }
  if (alike.size === 0) return [{ types: [], parts: [] }];
  return [...alike.values()].map((same) => ({ types: same[0]?.types ?? [], parts: same }));
}

/**
 * A SELECT of rows as they lie in some files: `r<k>` for each of the contract's columns, `malformed`, `part`, `place`,
 * of a source of JSON `fragments` (the JSON of each column, in rows where one has a wrong type), and of one of CSV `staged_at`
 * (what the event time's text says). A selection by time is rough: whoever reads decides.
 */
export function rawRows(contract: ContractPlan, alike: AlikeParts, selection?: RowSelection): string {
  const { kind } = contract.source;
  if (alike.parts.length === 0) return noRows(contract);
  const columns = [
    ...contract.columns.map(({ name }, k) => `${sqlName(name)} AS r${k}`),
    `${kind === 'parquet' ? 'CAST(NULL AS VARCHAR)' : '_malformed'} AS malformed`,
    ...(kind === 'ndjson' ? [`${fragments} AS fragments`] : []),
    ...(kind === 'csv' ? ['_at AS staged_at'] : []),
    `${partOf(alike)} AS part`,
    `${kind === 'ndjson' ? '_line' : 'file_row_number'} AS place`,
  ];
  const where = selection === undefined ? '' : ` WHERE ${roughly(contract, alike, selection)}`;
  return `SELECT ${columns.join(', ')} FROM ${parquetRows(alike.parts.map(({ file }) => file))}${where}`;
}

function noRows({ columns, source: { kind } }: ContractPlan): string {
  const types = columns.map(({ type }) => (kind === 'ndjson' ? canonicalTypes[type] : 'VARCHAR'));
  const raw = types.map((type, k) => `CAST(NULL AS ${type}) AS r${k}`).join(', ');
  return `SELECT ${raw}, '' AS malformed, CAST(NULL AS VARCHAR[]) AS fragments, CAST(NULL AS TIMESTAMP) AS staged_at, 0 AS part, 0 AS place WHERE false`;
}

/** Columns are the file's own, whatever the folders' names say. */
export function parquetRows(files: readonly string[]): string {
  return `read_parquet([${files.map(sqlFile).join(', ')}], file_row_number = true, hive_partitioning = false)`;
}

function partOf({ parts }: AlikeParts): string {
  const [first] = parts;
  return parts.length === 1
    ? `${first?.part ?? 0}`
    : `[${parts.map(({ part }) => part).join(', ')}][CAST(file_index AS BIGINT) + 1]`;
}

/**
 * A condition on the column as it lies in the file, so that DuckDB skips row groups by their statistics. A day wider
 * than asked, for types coarser or finer than microseconds; `exactly` then decides.
 */
function roughly(contract: ContractPlan, alike: AlikeParts, selection: RowSelection): string {
  // Of rows that lie elsewhere than their path says, the event time tells nothing.
  if (contract.source.partition === 'path') return 'true';
  if (selection === 'undated')
    return contract.source.kind === 'ndjson' ? `${sqlName(contract.eventTime)} IS NULL` : 'true';
  const staged = contract.source.kind === 'csv';
  const column = staged ? '_at' : sqlName(contract.eventTime);
  const type = staged ? 'TIMESTAMP' : (alike.types[eventColumn(contract)] ?? 'TIMESTAMP');
  // Texts and numbers that stand for dates have no order of dates.
  if (!/^(TIMESTAMP|DATE)/.test(type)) return 'true';
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
