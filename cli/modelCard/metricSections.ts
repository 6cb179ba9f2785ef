import { estimateText } from '../../core/estimateText.ts';
import type { Comparison, Estimate, Estimates, ProfileResult, Scorecard, Slice } from '../../core/scorecard.ts';
import { answerMetrics, type MetricName } from '../../core/scorecardPlan.ts';
import { sectionOf, tableOf } from './markup.ts';

export function metricsOf(card: Scorecard): string {
  const { rows, positives, hours, unsettled } = card;
  const caption = `On ${rows} test rows of ${hours} hours, ${positives} of them positive; ${unsettled} left out, as their label is not known yet`;
  return tableOf(caption, ['metric', 'value (95 % interval)'], textsOf(card.metrics));
}

function textsOf(metrics: Estimates): string[][] {
  return entriesOf(metrics).map(([name, estimate]) => [name, estimateText(estimate)]);
}

export function profilesOf(profiles: readonly ProfileResult[]): string {
  if (profiles.length === 0) return '';
  const rows = profiles.map(({ name, falsePositive, falseNegative, threshold, metrics }) => [
    name,
    `${falsePositive} : ${falseNegative}`,
    threshold.toFixed(4),
    ...answerMetrics.map((metric) => textOf(metrics[metric])),
  ]);
  const head = ['profile', 'false positive : negative', 'threshold', ...answerMetrics];
  return tableOf('Thresholds of least cost on the validation rows; answers are made by the first', head, rows);
}

export function rivalsOf(card: Scorecard): string[] {
  return (['champion', 'reference'] as const).flatMap((role) => {
    const rival = card[role];
    return rival === null ? [] : [sectionOf(`Against the ${role}`, rivalOf(role, rival))];
  });
}

function rivalOf(role: string, rival: Comparison): string {
  const rows = entriesOf(rival.difference).map(([name, difference]) => [
    name,
    textOf(rival.metrics[name]),
    estimateText(difference),
    textOf(rival.sameTables.difference[name]),
  ]);
  const hours = rival.tablesOlderByHours;
  const caption = `Version ${rival.version} on the same rows, with tables ${hours} hour${hours === 1 ? '' : 's'} older; differences are this version minus the ${role}`;
  return tableOf(caption, ['metric', role, 'difference', 'difference with the same tables'], rows);
}

export function slicesOf(slices: readonly Slice[]): string {
  const names = [...new Set(slices.flatMap((slice) => Object.keys(slice.metrics)))] as MetricName[];
  if (names.length === 0) return '';
  const rows = slices.map(({ column, value, rows: count, metrics }) => [
    `${column} ${value}`,
    String(count),
    ...names.map((name) => textOf(metrics[name])),
  ]);
  return tableOf(
    'Test rows by the values of a column, those with the most rows first',
    ['slice', 'rows', ...names],
    rows,
  );
}

function textOf(estimate: Estimate | undefined): string {
  if (estimate === undefined) return 'none';
  return estimate.low === null ? estimate.value.toFixed(4) : estimateText(estimate);
}

function entriesOf(estimates: Estimates): [MetricName, Estimate][] {
  return Object.entries(estimates) as [MetricName, Estimate][];
}
