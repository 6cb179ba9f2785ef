import { estimateText } from './gate.ts';
import type { Comparison, Estimate, Estimates, Scorecard, Slice, Verdict } from './scorecard.ts';
import type { MetricName } from './scorecardPlan.ts';

/** A scorecard and its verdict for people, in Markdown: what it was made on, the metrics, the others, slices, the gate. */
export function scorecardText(card: Scorecard, verdict: Verdict): string {
  return [
    `# Scorecard of ${card.asOf}: ${verdict.outcome}`,
    rowsText(card),
    table(['metric', 'value (95 % interval)'], metricRows(card.metrics)),
    ...rivalText('champion', card.champion),
    ...rivalText('reference', card.reference),
    ...slicesText(card.slices),
    `## Gate: ${verdict.outcome}`,
    verdict.reasons.map(({ rule, outcome, text }) => `- **${outcome}** ${rule}: ${text}`).join('\n') || 'No rules.',
  ]
    .join('\n\n')
    .concat('\n');
}

function rowsText({ rows, positives, hours, unsettled }: Scorecard): string {
  const share = rows === 0 ? '' : ` (${((100 * positives) / rows).toFixed(1)} %)`;
  return `${rows} test rows of ${hours} hours, ${positives} positive${share}; ${unsettled} left out, unsettled.`;
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
    ...names.map((name) => slice.metrics[name]?.toFixed(4) ?? 'none'),
  ]);
  return slices.length === 0 ? [] : ['## Slices', table(['column', 'value', 'rows', ...names], rows)];
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
