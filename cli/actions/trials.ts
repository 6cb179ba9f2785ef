import { setTimeout as pause } from 'node:timers/promises';
import { learnerName } from '../../core/learnerName.ts';
import type { TrialRow } from '../../core/run.ts';
import type { MetricName } from '../../core/scorecardPlan.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { csvText } from '../csvText.ts';
import { exportToMlflow } from '../mlflow.ts';
import { print, printJson, printTable, report } from '../output.ts';
import { type SearchedTrials, searchedTrials } from '../searchedTrials.ts';

interface TrialsOptions extends JsonOption {
  readonly csv?: boolean;
  readonly watch?: boolean;
  readonly toMlflow?: string;
}

const watchEveryMs = 2_000;

/** Lists the trials of a run, or of one that is under way. Throws `run.unknown`, `mlflow.refused`. */
export async function trials(name: string, options: TrialsOptions): Promise<void> {
  const workplace = openWorkplace();
  let found = await searchedTrials(workplace, name);
  while (options.watch && found.isUnderWay) {
    if (!options.json && !options.csv) show(found, options);
    await pause(watchEveryMs);
    found = await searchedTrials(workplace, name);
  }
  if (options.json) printJson(found.rows);
  else if (options.csv) process.stdout.write(csvOf(found.rows));
  else show(found, options);
  if (options.toMlflow !== undefined) report(await exportToMlflow(options.toMlflow, found));
}

function show({ rows, metric, isUnderWay, run, best }: SearchedTrials, { watch }: TrialsOptions): void {
  // On a terminal the next table takes the place of this one.
  if (watch && process.stdout.isTTY) process.stdout.write('\x1b[H\x1b[2J');
  if (isUnderWay) print(`${run} is under way: ${rows.length} trials have ended`);
  printTable(tableOf(rows, metric));
  if (best === undefined) return;
  print(`${run} took ${learnerName(best)} ${JSON.stringify(best.parameters)} after ${best.epochs} epochs`);
}

function tableOf(rows: readonly TrialRow[], metric: MetricName): string[][] {
  const other: MetricName = metric === 'log loss' ? 'auc' : 'log loss';
  const isRepeated = new Set(rows.map(({ seed }) => seed)).size > 1;
  const heading = ['rung', 'epochs', metric, other, 'seconds', ...(isRepeated ? ['seed'] : []), 'learner'];
  return [
    [...heading, 'parameters', 'key'],
    ...rows.map((row) => [
      `${row.rung}`,
      row.epochs.toFixed(3),
      ...[metric, other].map((name) => row.validation?.[name]?.toFixed(4) ?? 'diverged'),
      row.reused ? 'reused' : row.seconds.toFixed(2),
      ...(isRepeated ? [`${row.seed}`] : []),
      row.warmStart === undefined ? learnerName(row) : `${learnerName(row)}, from the champion`,
      JSON.stringify(row.parameters),
      row.key.slice(0, 12),
    ]),
  ];
}

/** A column for each parameter and metric that any trial has; lists of numbers as `32-16`. */
function csvOf(rows: readonly TrialRow[]): string {
  const parameters = namesOf(rows.map((row) => row.parameters));
  const metrics = namesOf(rows.map((row) => row.validation ?? {})) as MetricName[];
  const heading = ['rung', 'epochs', 'seed', 'learner', ...parameters, ...metrics, 'seconds', 'reused'];
  return csvText([
    [...heading, 'backend', 'key'],
    ...rows.map((row) => [
      ...[row.rung, row.epochs, row.seed, learnerName(row)],
      ...parameters.map((name) => flat(row.parameters[name])),
      ...metrics.map((name) => row.validation?.[name]),
      ...[row.seconds, row.reused, row.backend, row.key],
    ]),
  ]);
}

function namesOf(records: readonly object[]): string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))];
}

function flat(value: TrialRow['parameters'][string] | undefined): string | number | undefined {
  return typeof value === 'object' ? value.join('-') : value;
}
