import { clusterInterval } from '../core/intervals.ts';
import type { JoinedHour, LabelJoin } from '../core/labelJoin.ts';
import type { Estimate } from '../core/scorecard.ts';
import type { Hour } from '../core/time.ts';
import { sqlText } from '../datasets/database.ts';
import { auc } from '../models/metrics/auc.ts';
import { logLoss } from '../models/metrics/logLoss.ts';
import type { Metric } from '../models/metrics/metric.ts';
import { joinedRows } from './joinedRows.ts';
import type { JoinPorts } from './storedRows.ts';

/** How good one version was in one variant, on the rows whose labels are back. Intervals are clustered by the hour of the answer. */
export interface VariantQuality {
  readonly version: number;
  readonly variant: string;
  /** Rows that it scored, in an answer or beside one. */
  readonly rows: number;
  readonly settled: number;
  /** Share of the answers that were wrong; null where it answered no row with a label. */
  readonly errorRate: Estimate | null;
  /** Null without labels. */
  readonly logLoss: Estimate | null;
  /** Null with labels of one class alone. */
  readonly auc: Estimate | null;
}

/** The quality of each version and variant over some hours of a join. */
export async function labelQuality(ports: JoinPorts, hours: LabelJoin['hours']): Promise<VariantQuality[]> {
  const scored = await scoredRows(ports, Object.entries(hours));
  if (scored === undefined) return [];
  const variants = await ports.database.rows<Pick<VariantQuality, 'version' | 'variant' | 'rows'>>(
    `SELECT "version", "variant", count(*)::DOUBLE AS "rows" FROM (${scored}) GROUP BY ALL ORDER BY "version", "variant"`,
  );
  const found: VariantQuality[] = [];
  for (const one of variants) found.push({ ...one, ...qualityOf(await judgedRows(ports, scored, one)) });
  return found;
}

/** Each row once for each that scored it. Whether an answer was right is known of who gave it: the log holds its threshold alone. */
async function scoredRows(ports: JoinPorts, hours: readonly (readonly [Hour, JoinedHour])[]) {
  const parts: string[] = [];
  for (const [, hour] of hours) {
    const joined = await joinedRows(ports, hour);
    if (joined === undefined) continue;
    parts.push(
      `SELECT "hour", "version", "variant", "score", "label", ("score" >= "threshold") <> "label" AS "wrong" FROM (${joined})`,
    );
    parts.push(`SELECT "hour", other.value."version", other.key, other.value."score", "label", NULL
      FROM (SELECT "hour", "label", unnest(map_entries("others")) AS other FROM (${joined}))`);
  }
  return parts.length === 0 ? undefined : parts.join(' UNION ALL ');
}

interface ScoredLabels {
  readonly scores: Float64Array;
  readonly labels: Uint8Array;
  readonly hours: Uint32Array;
  /** 1 for a wrong answer; null for a row that it scored beside the answer. */
  readonly wrong: readonly (number | null)[];
}

async function judgedRows(
  { database }: JoinPorts,
  scored: string,
  of: Pick<VariantQuality, 'version' | 'variant'>,
): Promise<ScoredLabels> {
  const sql = `SELECT "score", "label"::INTEGER, dense_rank() OVER (ORDER BY "hour")::INTEGER, "wrong"::INTEGER FROM (${scored})
    WHERE "version" = ${of.version} AND "variant" = ${sqlText(of.variant)} AND "label" IS NOT NULL AND "score" IS NOT NULL`;
  const columns = (await database.connection.runAndReadAll(sql)).getColumns();
  const numbers = (at: number) => (columns[at] ?? []) as number[];
  return {
    scores: Float64Array.from(numbers(0)),
    labels: Uint8Array.from(numbers(1)),
    hours: Uint32Array.from(numbers(2)),
    wrong: (columns[3] ?? []) as (number | null)[],
  };
}

function qualityOf(rows: ScoredLabels): Pick<VariantQuality, 'settled' | 'errorRate' | 'logLoss' | 'auc'> {
  return {
    settled: rows.labels.length,
    errorRate: errorRate(rows),
    logLoss: estimate(logLoss, rows),
    auc: estimate(auc, rows),
  };
}

function errorRate({ wrong, hours }: ScoredLabels): Estimate | null {
  const answered = [...wrong.keys()].filter((row) => wrong[row] !== null);
  if (answered.length === 0) return null;
  const each = Float64Array.from(answered, (row) => wrong[row] ?? 0);
  const value = each.reduce((sum, one) => sum + one, 0) / each.length;
  return clusterInterval(
    value,
    each,
    Uint32Array.from(answered, (row) => hours[row] ?? 0),
  );
}

function estimate(metric: Metric, { scores, labels, hours }: ScoredLabels): Estimate | null {
  const value = metric.value(scores, labels);
  if (Number.isNaN(value) || metric.influence === undefined) return null;
  return clusterInterval(value, metric.influence(scores, labels), hours);
}
