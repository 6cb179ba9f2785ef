import { hourMs } from '../core/time.ts';
import type { MonitorBase } from '../core/watchPlan.ts';
import { sqlText } from '../datasets/database.ts';
import type { JudgedRows } from '../models/judgedRows.ts';
import { labelsDue } from './labelsDue.ts';
import { jsonPointer } from './logTables.ts';
import type { LookContext } from './lookContext.ts';

/** The answers of a stretch of time in which all labels are due, so that those which settle early do not stand for all. */
export interface PerformanceRows {
  /** Ms UTC of the answers, half-open. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Who scored how many of them, in an answer or beside one. */
  readonly scorers: readonly Scorer[];
  /** Those with a label that a variant scored, one version's or all; `columns` are raw ones, as text. */
  scored(variant: string, version: number | undefined, columns: readonly string[]): Promise<ScoredRows>;
}

export interface Scorer {
  readonly variant: string;
  readonly version: number;
  readonly rows: number;
  readonly settled: number;
  /** The threshold of its last answer; null where it scored beside others alone. */
  readonly threshold: number | null;
}

export interface ScoredRows extends JudgedRows {
  readonly scores: Float32Array;
  readonly columns: readonly (readonly (string | null)[])[];
}

/** Of more rows as many are drawn: the error is that of the hours, and there are no more of these. */
const mostRows = 200_000;

/** Times so far ahead are those of a clock that is wrong. */
const aheadMs = 7 * 24 * hourMs;

/** A label may be on its way for so long: what comes late may well be another one than what comes in time. */
const graceMs = hourMs;

/** Undefined where nothing was answered. */
export async function performanceRows(
  context: LookContext,
  { overMs }: Pick<MonitorBase, 'overMs'>,
): Promise<PerformanceRows | undefined> {
  const { atMs, plan, sourceNowMs } = context;
  const { database } = context.ports;
  const due = labelsDue(context);
  const logged = await context.rows(atMs - overMs - plan.label.settlesWithinMs - 2 * hourMs, atMs);
  if (logged === undefined) return undefined;
  const open = `("due" > ${due.knownMs} OR ("label" IS NULL AND "due" > ${due.knownMs - graceMs})) AND "event" < ${sourceNowMs + aheadMs}`;
  const [first] = await database.rows<{ at: number | null }>(
    `SELECT CAST(min("answeredAt") FILTER (${open}) AS DOUBLE) AS "at" FROM (${due.rows(logged)})`,
  );
  const toMs = first?.at ?? atMs;
  const fromMs = toMs - overMs;
  const within = `SELECT * FROM (${due.rows(logged)}) WHERE "answeredAt" >= ${fromMs} AND "answeredAt" < ${toMs}`;
  const scored = scoredSql(within);
  return {
    fromMs,
    toMs,
    scorers: await database.rows<Scorer>(
      `SELECT "variant", "version", count(*)::DOUBLE AS "rows", count("label")::DOUBLE AS "settled",
        arg_max("threshold", "answeredAt") AS "threshold" FROM (${scored}) GROUP BY ALL ORDER BY "variant", "version"`,
    ),
    async scored(variant, version, columns) {
      const named = columns.map((column, at) => `json_extract_string("raw", ${jsonPointer(column)}) AS "column${at}"`);
      const chosen = version === undefined ? '' : ` AND "version" = ${version}`;
      const rows = await database.rows<LabelledRow>(
        `SELECT ${['"score"', '"label"::INTEGER AS "label"', `("event" // ${hourMs})::INTEGER AS "hour"`, ...named].join(', ')}
          FROM (${scored}) WHERE "variant" = ${sqlText(variant)}${chosen} AND "label" IS NOT NULL AND "score" IS NOT NULL
          ORDER BY hash("predictionId") LIMIT ${mostRows}`,
      );
      return {
        scores: Float32Array.from(rows, ({ score }) => score),
        labels: Uint8Array.from(rows, ({ label }) => label),
        hours: Uint32Array.from(rows, ({ hour }) => hour),
        columns: columns.map((_, at) => rows.map((row) => row[`column${at}`] ?? null)),
      };
    },
  };
}

interface LabelledRow {
  readonly score: number;
  readonly label: number;
  readonly hour: number;
  readonly [column: `column${number}`]: string | null;
}

/** Each row once for each that scored it. */
function scoredSql(rows: string): string {
  const all = '"predictionId", "answeredAt", "event", "label", "raw"';
  return `SELECT ${all}, "variant", "version", "score", "threshold" FROM (${rows}) UNION ALL
    SELECT ${all}, other.key, other.value."version", other.value."score", NULL
    FROM (SELECT ${all}, unnest(map_entries("others")) AS other FROM (${rows}))`;
}
