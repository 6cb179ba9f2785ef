import type { ContractPlan } from '../../core/contractPlan.ts';
import { type Database, sqlName } from '../database.ts';
import { eventColumn } from '../rules/eventColumn.ts';
import { type AlikeParts, alikeParts, parquetRows, type SourceTable } from './rawRows.ts';
import { canonicalTypes, typedColumn } from './typedColumn.ts';

/** How many rows a source has, and from when to when: milliseconds UTC, null where no row has an event time. */
export interface EventRange {
  readonly rows: number;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
}

/**
 * Parquet keeps the least and the greatest value of a column beside it, so that no row need be read, unless one of the
 * two is no event time, such as infinity.
 */
export async function eventRange(database: Database, contract: ContractPlan, source: SourceTable): Promise<EventRange> {
  if (source.parts.length === 0) return { rows: 0, firstMs: null, lastMs: null };
  const range = async (sql: (contract: ContractPlan, alike: AlikeParts) => string): Promise<EventRange[]> => {
    const selects = alikeParts(source.parts).map((alike) => sql(contract, alike));
    return database.rows<EventRange>(selects.join(' UNION ALL '));
  };
  const told = await range(ofExtremes);
  return united(told.some(({ firstMs, lastMs }) => firstMs === null || lastMs === null) ? await range(ofTimes) : told);
}

function ofExtremes(contract: ContractPlan, alike: AlikeParts): string {
  const { column, type } = eventTime(contract, alike);
  const extremes = `SELECT count(*) AS rows, min(${column}) AS first, max(${column}) AS last FROM ${filesOf(alike)}`;
  return rangeOf(instant('first', type), instant('last', type), extremes);
}

function ofTimes(contract: ContractPlan, alike: AlikeParts): string {
  const { column, type } = eventTime(contract, alike);
  const times = `SELECT ${instant(column, type)} AS event FROM ${filesOf(alike)}`;
  return rangeOf('first', 'last', `SELECT count(*) AS rows, min(event) AS first, max(event) AS last FROM (${times})`);
}

function rangeOf(first: string, last: string, from: string): string {
  return `SELECT CAST(rows AS DOUBLE) AS rows, CAST(epoch_ms(${first}) AS DOUBLE) AS "firstMs",
    CAST(epoch_ms(${last}) AS DOUBLE) AS "lastMs" FROM (${from})`;
}

/** Text is staged with its event time beside it. */
function eventTime(contract: ContractPlan, { types }: AlikeParts) {
  const { kind } = contract.source;
  if (kind === 'csv') return { column: '_at', type: canonicalTypes.date };
  const type = kind === 'ndjson' ? canonicalTypes.date : types[eventColumn(contract)];
  return { column: sqlName(contract.eventTime), type: type ?? canonicalTypes.date };
}

/** Null where it is of no year from 1 to 9999. */
function instant(raw: string, type: string): string {
  const { parse } = typedColumn('date', { raw, parsed: 'unused' }, type);
  return typedColumn('date', { raw, parsed: `(${parse})` }, type).value;
}

function filesOf({ parts }: AlikeParts): string {
  return parquetRows(parts.map(({ file }) => file));
}

function united(ranges: readonly EventRange[]): EventRange {
  const known = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);
  const firsts = known(ranges.map(({ firstMs }) => firstMs));
  const lasts = known(ranges.map(({ lastMs }) => lastMs));
  return {
    rows: ranges.reduce((sum, { rows }) => sum + rows, 0),
    firstMs: firsts.length === 0 ? null : Math.min(...firsts),
    lastMs: lasts.length === 0 ? null : Math.max(...lasts),
  };
}
