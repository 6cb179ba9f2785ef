import { decimals } from './decimals.ts';
import { estimateText } from './estimateText.ts';
import type {
  Comparison,
  Estimate,
  Estimates,
  Importance,
  Measured,
  ProfileResult,
  Scorecard,
  Slice,
  Verdict,
} from './scorecard.ts';
import { answerMetrics, type MetricName } from './scorecardPlan.ts';

/** A scorecard and its verdict for people, in Markdown: what it was made on, the metrics, the others, slices, the gate. */
export function scorecardText(card: Scorecard, verdict: Verdict): string {
  return [
    `# Scorecard of ${card.asOf}: ${verdict.outcome}`,
    rowsText(card),
    table(['metric', 'value (95 % interval)'], metricRows(card.metrics)),
    ...profilesText(card.profiles ?? []),
    ...rivalText('champion', card.champion),
    ...rivalText('reference', card.reference),
    ...slicesText(card.slices),
    ...importanceText(card.importance),
    ...measuredText(card.measured),
    `## Gate: ${verdict.outcome}`,
    verdict.reasons.map(({ rule, outcome, text }) => `- **${outcome}** ${rule}: ${text}`).join('\n') || 'No rules.',
  ]
    .join('\n\n')
    .concat('\n');
}

function rowsText({ rows, positives, hours, unsettled, threshold }: Scorecard): string {
  const share = rows === 0 ? '' : ` (${((100 * positives) / rows).toFixed(1)} %)`;
  const answers = threshold === undefined ? '' : ` Answers are positive from a score of ${threshold.toFixed(4)} on.`;
  return `${rows} test rows of ${hours} hours, ${positives} positive${share}; ${unsettled} left out, unsettled.${answers}`;
}

function metricRows(metrics: Estimates): string[][] {
  return entriesOf(metrics).map(([name, estimate]) => [name, estimateText(estimate)]);
}

function rivalText(role: string, rival: Comparison | null): string[] {
  if (rival === null) return [];
  const rows = entriesOf(rival.difference).map(([name, difference]) => [
    name,
    textOf(rival.metrics, name),
    estimateText(difference),
    textOf(rival.sameTables.difference, name),
  ]);
  const hours = rival.tablesOlderByHours;
  return [
    `## Against ${role}, version ${rival.version}`,
    `Differences are challenger minus ${role}, whose tables are ${hours} hour${hours === 1 ? '' : 's'} older.`,
    table(['metric', role, 'difference', 'difference with the same tables'], rows),
  ];
}

function textOf(estimates: Estimates, name: MetricName): string {
  const estimate = estimates[name];
  return estimate === undefined ? 'none' : estimateText(estimate);
}

function slicesText(slices: readonly Slice[]): string[] {
  const names = [...new Set(slices.flatMap((slice) => Object.keys(slice.metrics)))] as MetricName[];
  const rows = slices.map((slice) => [
    slice.column,
    slice.value,
    String(slice.rows),
    ...names.map((name) => cellText(slice.metrics[name])),
  ]);
  return slices.length === 0 ? [] : ['## Slices', table(['column', 'value', 'rows', ...names], rows)];
}

function profilesText(profiles: readonly ProfileResult[]): string[] {
  const rows = profiles.map(({ name, falsePositive, falseNegative, threshold, metrics }) => [
    name,
    `${falsePositive} : ${falseNegative}`,
    threshold.toFixed(4),
    ...answerMetrics.map((metric) => cellText(metrics[metric])),
  ]);
  if (rows.length === 0) return [];
  return ['## Profiles', table(['profile', 'false positive : negative', 'threshold', ...answerMetrics], rows)];
}

function importanceText(importance: Importance | undefined): string[] {
  if (importance === undefined) return [];
  const { rows, repeats, features } = importance;
  const cells = features.map(({ feature, auc, logLoss }) => [
    feature,
    auc === null ? 'none' : spreadText(auc),
    spreadText(logLoss),
  ]);
  return [
    '## Features',
    `What is lost when a feature's values are shuffled: mean and deviation of ${repeats} draws on ${rows} test rows.`,
    table(['feature', 'auc falls by', 'log loss rises by'], cells),
  ];
}

function spreadText({ mean, deviation }: { readonly mean: number; readonly deviation: number }): string {
  return `${decimals(mean)} ± ${decimals(deviation)}`;
}

function measuredText(measured: Measured | undefined): string[] {
  if (measured === undefined) return [];
  const { scoringMs, scorer, modelBytes, packageBytes } = measured;
  const times = `One row takes ${inMicros(scoringMs.p50)} (p99 ${inMicros(scoringMs.p99)}) by the scorer '${scorer}'.`;
  return [`${times} The model has ${inKilobytes(modelBytes)}, its package ${inKilobytes(packageBytes)}.`];
}

function inMicros(ms: number): string {
  return `${(1_000 * ms).toPrecision(2)} µs`;
}

function inKilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1_000)} kB`;
}

/** Short, for tables of many: the interval in brackets where there is one. */
function cellText(estimate: Estimate | undefined): string {
  if (estimate === undefined) return 'none';
  const { value, low, high } = estimate;
  return low === null || high === null ? decimals(value) : `${decimals(value)} [${decimals(low)}, ${decimals(high)}]`;
}

function entriesOf(estimates: Estimates): [MetricName, Estimate][] {
  return Object.entries(estimates) as [MetricName, Estimate][];
}

/** Cells padded to their column's width, so that it reads as plain text too. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const escaped = [head, ...rows].map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, at) => Math.max(...escaped.map((cells) => cells[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, at) => (cells[at] ?? '').padEnd(width)).join(' | ')} |`;
  const [first = [], ...rest] = escaped;
  return [line(first), line(widths.map((width) => '-'.repeat(width))), ...rest.map(line)].join('\n');
}
