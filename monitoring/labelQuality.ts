import { clusterInterval } from '../core/intervals.ts';
import type { JoinedHour, LabelJoin } from '../core/labelJoin.ts';
import type { Estimate } from '../core/scorecard.ts';
import { type Database, sqlText } from '../datasets/database.ts';
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

/** The quality of each version and variant over some hours of a join, read hour by hour. */
export async function labelQuality(ports: JoinPorts, hours: LabelJoin['hours']): Promise<VariantQuality[]> {
  const found = new Map<string, Scorer>();
  for (const [at, hour] of Object.values(hours).entries()) await gather(ports, hour, at, found);
  return [...found.values()]
    .sort((a, b) => a.version - b.version || (a.variant < b.variant ? -1 : 1))
    .map(({ version, variant, rows, parts }) => ({ version, variant, rows, ...qualityOf(together(parts)) }));
}

/** A version in a variant, with what it scored. */
interface Scorer extends Pick<VariantQuality, 'version' | 'variant'> {
  rows: number;
  readonly parts: ScoredLabels[];
}

/** Rows with a label and a score. */
interface ScoredLabels {
  readonly scores: Float64Array;
  readonly labels: Uint8Array;
  readonly hours: Uint32Array;
  /** 1 for a wrong answer, -1 for a row that it scored beside the answer. */
  readonly wrong: Int8Array;
}

/** Each row once for each that scored it. */
async function gather({ store, database }: JoinPorts, hour: JoinedHour, at: number, found: Map<string, Scorer>) {
  const joined = await joinedRows({ store }, hour);
  if (joined === undefined) return;
  const scored = await database.rows<{ version: number; variant: string; rows: number }>(
    `${scoredRows(joined)} SELECT "version", "variant", count(*)::DOUBLE AS "rows" FROM scored GROUP BY ALL`,
  );
  for (const { version, variant, rows } of scored) {
    const name = `${version} ${variant}`;
    const scorer = found.get(name) ?? { version, variant, rows: 0, parts: [] };
    scorer.rows += rows;
    scorer.parts.push(await judgedRows(database, joined, scorer, at));
    found.set(name, scorer);
  }
}

/** Whether an answer was right is known of who gave it: the log holds its threshold alone. */
function scoredRows(joined: string): string {
  return `WITH joined AS MATERIALIZED (SELECT "version", "variant", "score", "label", "threshold", "others" FROM (${joined})),
    scored AS (SELECT "version", "variant", "score", "label", (("score" >= "threshold") <> "label")::INTEGER AS "wrong" FROM joined
    UNION ALL SELECT other.value."version", other.key, other.value."score", "label", -1
      FROM (SELECT "label", unnest(map_entries("others")) AS other FROM joined))`;
}

async function judgedRows(
  database: Database,
  joined: string,
  of: Pick<VariantQuality, 'version' | 'variant'>,
  at: number,
): Promise<ScoredLabels> {
  const sql = `${scoredRows(joined)} SELECT "score", "label"::INTEGER, "wrong" FROM scored
    WHERE "version" = ${of.version} AND "variant" = ${sqlText(of.variant)} AND "label" IS NOT NULL AND "score" IS NOT NULL`;
  const columns = (await database.connection.runAndReadAll(sql)).getColumns();
  const numbers = (place: number) => (columns[place] ?? []) as number[];
  const scores = Float64Array.from(numbers(0));
  const hours = new Uint32Array(scores.length).fill(at);
  return { scores, labels: Uint8Array.from(numbers(1)), hours, wrong: Int8Array.from(numbers(2)) };
}

function together(parts: readonly ScoredLabels[]): ScoredLabels {
  const rows = parts.reduce((sum, { scores }) => sum + scores.length, 0);
  const all = {
    ...{ scores: new Float64Array(rows), labels: new Uint8Array(rows) },
    ...{ hours: new Uint32Array(rows), wrong: new Int8Array(rows) },
  };
  let end = 0;
  for (const part of parts) {
    all.scores.set(part.scores, end);
    all.labels.set(part.labels, end);
    all.hours.set(part.hours, end);
    all.wrong.set(part.wrong, end);
    end += part.scores.length;
  }
  return all;
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
  const isAnswer = (_: number, row: number): boolean => wrong[row] !== -1;
  const each = Float64Array.from(wrong.filter(isAnswer));
  if (each.length === 0) return null;
  const value = each.reduce((sum, one) => sum + one, 0) / each.length;
  return clusterInterval(value, each, hours.filter(isAnswer));
}

function estimate(metric: Metric, { scores, labels, hours }: ScoredLabels): Estimate | null {
  const value = metric.value(scores, labels);
  if (Number.isNaN(value) || metric.influence === undefined) return null;
  return clusterInterval(value, metric.influence(scores, labels), hours);
}
