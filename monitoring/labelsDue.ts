import type { Plan } from '../core/plan.ts';
import { hourMs } from '../core/time.ts';
import { jsonPointer } from './logTables.ts';
import type { LookContext } from './lookContext.ts';

/** Which rows of a look can have a label by now. All times are those of the source's clock, which a replay sets back. */
export interface LabelsDue {
  /** The rows with `event`, and `due`: when their labels are known, both ms UTC, as SQL. */
  rows(sql: string): string;
  /** The labels known until then are there. */
  readonly knownMs: number;
}

/**
 * When the labels of a look's rows are due: a row's own settle time, or that of all rows at the latest. A source that tells
 * labels tells those of an hour once the last of them has settled.
 */
export function labelsDue({ plan, atMs, sourceNowMs, sourceNewestMs }: LookContext): LabelsDue {
  const isTold = plan.watch?.labels === 'source';
  const event = `coalesce("eventTime", "answeredAt" + ${sourceNowMs - atMs})`;
  return {
    rows: (sql) => `SELECT *, "event" + ${isTold ? wholeHour(plan) : settlesAfter(plan)} AS "due"
      FROM (SELECT *, CAST(${event} AS DOUBLE) AS "event" FROM (${sql}))`,
    knownMs: isTold ? Math.min(sourceNowMs, sourceNewestMs ?? Number.NEGATIVE_INFINITY) : sourceNowMs,
  };
}

function wholeHour({ label }: Plan): string {
  return `(${hourMs} - "event" % ${hourMs} + ${label.settlesWithinMs})`;
}

function settlesAfter({ label: { settlesAfter, settlesWithinMs } }: Plan): string {
  const { column, timesMs, plusMs } = settlesAfter;
  if (column === undefined) return `${Math.min(plusMs, settlesWithinMs)}`;
  const value = `TRY_CAST(json_extract_string("raw", ${jsonPointer(column)}) AS DOUBLE)`;
  return `least(coalesce(${value} * ${timesMs} + ${plusMs}, ${settlesWithinMs}), ${settlesWithinMs})`;
}
