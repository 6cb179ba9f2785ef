import type { Plan } from '../core/plan.ts';
import type { PartitionVersion } from '../core/snapshot.ts';
import type { DataPorts } from '../datasets/dataPorts.ts';
import { numericLabelSql } from './labelSql.ts';
import { type RawRows, rawQueries, rawRows } from './rawRows.ts';
import { readHours } from './readHours.ts';

/** The rows of an hour as they would have been asked for, and what became of them. In canonical order. */
export interface ServedRows {
  readonly rows: number;
  readonly raw: RawRows;
  /** Event times, milliseconds UTC. */
  readonly event: Float64Array;
  /** When the label is known, milliseconds UTC; Infinity where it never is. */
  readonly settles: Float64Array;
  /** 1 is positive. */
  readonly labels: Uint8Array;
}

/** Undefined for an hour without rows. */
export async function servedRows(
  ports: DataPorts,
  plan: Plan,
  part: PartitionVersion,
): Promise<ServedRows | undefined> {
  const sql = numericLabelSql(plan);
  const doubles = [sql.event, sql.settles, sql.positive].map((one) => ({ sql: one, as: 'double' }) as const);
  const query = { eventTime: plan.contract.eventTime, columns: [...rawQueries(plan), ...doubles] };
  for await (const rows of readHours(ports, [part], query)) {
    return {
      rows: rows.rows,
      raw: rawRows(plan, rows),
      event: rows.doubles(sql.event),
      settles: rows.doubles(sql.settles),
      labels: Uint8Array.from(rows.doubles(sql.positive)),
    };
  }
  return undefined;
}
