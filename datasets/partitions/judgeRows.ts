import { randomUUID } from 'node:crypto';
import { WhetError } from '../../core/errors.ts';
import { hourStart } from '../../core/time.ts';
import { markBroken } from '../across/markBroken.ts';
import type { DataPorts } from '../dataPorts.ts';
import type { IndexedHour } from '../sources/indexSource.ts';
import type { RowSelection } from '../sources/rawRows.ts';
import { readingSource } from '../sources/readingSource.ts';
import { type HourRows, type JudgedTable, type Judging, judgedTable } from './judgedTable.ts';
import { undatedHour } from './partitionKey.ts';

/** What was found in one hour. */
export interface HourCounts extends HourRows {
  readonly read: number;
  readonly quarantined: number;
  /** Rows in quarantine per broken rule. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Rows per broken rule that only warns. */
  readonly warnings: Readonly<Record<string, number>>;
}

export interface JudgedRows {
  readonly table: JudgedTable;
  readonly counts: ReadonlyMap<number | null, HourCounts>;
}

/**
 * Reads the selected rows of a source once and judges them, does `work` with the result, and drops it. Throws
 * `source.unreadable`, and `source.changed` if the hours do not hold the rows that the index says.
 */
export async function judgeRows<T>(
  ports: DataPorts,
  judging: Judging,
  hours: readonly IndexedHour[],
  selection: RowSelection,
  work: (judged: JudgedRows) => Promise<T>,
): Promise<T> {
  const name = `judged_${randomUUID().replaceAll('-', '')}`;
  const table = judgedTable(judging, name);
  try {
    const starts = hours.map(startOf).filter((start) => start !== null);
    await readingSource(judging.source.name, () => ports.database.run(table.create(selection, starts)));
    await layByHour(ports, table);
    await markBroken(ports.database, judging, name, `${table.lineOrder}, row`);
    const counts = await countedHours(ports, table);
    requireIndexed(judging, hours, counts);
    return await work({ table, counts });
  } finally {
    await ports.database.run(table.drop);
  }
}

/** A sort takes as long as judging all rows: most sources lie in order of time. */
async function layByHour({ database }: DataPorts, { liesByHour, sort }: JudgedTable): Promise<void> {
  const [lies] = await database.rows<{ held: boolean }>(liesByHour);
  if (lies?.held === true) return;
  for (const statement of sort) await database.run(statement);
}

/** The start of an hour, milliseconds UTC; null for the undated rows. */
export function startOf({ hour }: { hour: string }): number | null {
  return hour === undatedHour ? null : hourStart(hour);
}

/**
 * The file may have been written to since it was indexed: then keys would name rows that they do not stand for. Staged
 * lines are objects that are named by their bytes, and fingerprinted by who staged them.
 */
function requireIndexed(
  { contract, source }: Judging,
  hours: readonly IndexedHour[],
  counted: ReadonlyMap<number | null, CountedHour>,
): void {
  for (const indexed of hours) {
    const came = counted.get(startOf(indexed));
    const isStaged = contract.source.kind === 'ndjson';
    const sameValues = isStaged || came === undefined || indexed.hash.startsWith(`${came.hash}.`);
    if (indexed.rows === (came?.read ?? 0) && sameValues) continue;
    throw new WhetError('source.changed', {
      expected: `${indexed.rows} rows of hour ${indexed.hour} in ${source.name}, as indexed`,
      came: `${came?.read ?? 0} rows${came?.read === indexed.rows ? ' with other values' : ''}`,
    });
  }
}

interface CountedHour extends HourCounts {
  /** Does not depend on the order of the rows. */
  readonly hash: string;
}

/** What a judged table holds, by the hour's start. */
async function countedHours(ports: DataPorts, table: JudgedTable): Promise<Map<number | null, CountedHour>> {
  const counted = await ports.database.rows<Omit<CountedHour, 'reasons' | 'warnings'>>(table.counts);
  const reasons = await rowsPerRule(ports, table.reasons);
  const warnings = await rowsPerRule(ports, table.warnings);
  return new Map(
    counted.map((hour) => [
      hour.start,
      { ...hour, reasons: reasons.get(hour.start) ?? {}, warnings: warnings.get(hour.start) ?? {} },
    ]),
  );
}

/** What a statement of a judged table tells of rules, by the hour's start. */
export async function rowsPerRule(
  { database }: DataPorts,
  sql: string | undefined,
): Promise<Map<number | null, Record<string, number>>> {
  const perHour = new Map<number | null, Record<string, number>>();
  if (sql === undefined) return perHour;
  const broken = await database.rows<{ start: number | null; reason: string; rows: number }>(sql);
  for (const { start, reason, rows } of broken) perHour.set(start, { ...perHour.get(start), [reason]: rows });
  return perHour;
}
