import { readFile } from 'node:fs/promises';
import { planOf } from '../../activities/planOf.ts';
import { columnsRead } from '../../core/columnsRead.ts';
import { WhetError } from '../../core/errors.ts';
import type { ModelPackage } from '../../core/modelPackage.ts';
import type { Plan } from '../../core/plan.ts';
import { type Explanation, explainRow, type RawColumns } from '../../models/explainRow.ts';
import { mostTestRows } from '../../models/goldenColumns.ts';
import { loadPackage } from '../../models/scorers/loadPackage.ts';
import { findVersion } from '../../registry/versions.ts';
import { parseRows } from '../../serving/parseRows.ts';
import { asJson, rowShape } from '../../serving/rowShape.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson, printTable } from '../output.ts';

interface ExplainOptions extends JsonOption {
  readonly row: string;
  readonly version: string;
}

/** Explains the score of one row. Throws `version.unknown`, `input.invalid`, and what `/predict` throws of a row. */
export async function explain(pipeline: string, { row: written, version, json }: ExplainOptions): Promise<void> {
  const { store } = openWorkplace();
  const record = await findVersion(store, pipeline, version);
  const plan = await planOf(store, record.plan);
  const { package: held, scorer } = await loadPackage(store, record.package);
  try {
    const { columns } = parseRows(rowShape(held, plan.label), [await givenRow(written)]);
    const explanation = await explainRow(scorer, held.inputs, columns, backgroundOf(held), plan.search.seed);
    const told = { version: record.version, ...withValues(explanation, held, plan, columns) };
    if (json) return printJson(told);
    printExplanation(told, held, record.version);
  } finally {
    await scorer.release();
  }
}

async function givenRow(written: string): Promise<unknown> {
  const text = written.trimStart().startsWith('{') ? written : await textOf(written);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new WhetError('input.invalid', { expected: 'a row as JSON in --row', came: String(error) }, error);
  }
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new WhetError(
      'input.invalid',
      { expected: 'a row as JSON, or a file, in --row', came: String(error) },
      error,
    );
  }
}

/** Rows of its test window, which each package carries. */
function backgroundOf({ golden }: ModelPackage): RawColumns {
  const columns = Object.entries(golden.columns);
  return Object.fromEntries(
    columns.map(([name, values]) => [name, values.slice(0, mostTestRows).map((value) => value ?? Number.NaN)]),
  );
}

/** Each column with its value as it was given, and the features that are made of it. */
function withValues(explanation: Explanation, { inputs }: ModelPackage, { features }: Plan, row: RawColumns) {
  const columns = new Map(inputs.map((column) => [column.name, column]));
  const contributions = explanation.contributions.map(({ column: name, ...part }) => {
    const column = columns.get(name);
    const value = column === undefined ? null : asJson(column, row[name]?.[0]);
    const readBy = features.filter((feature) => columnsRead(feature).includes(name)).map((feature) => feature.name);
    return { column: name, value, features: readBy, ...part };
  });
  return { ...explanation, contributions };
}

function printExplanation(
  told: ReturnType<typeof withValues>,
  { threshold, answer }: ModelPackage,
  version: number,
): void {
  const { score, background, backgroundRows, exact, contributions } = told;
  const word = score >= threshold ? answer.positive : answer.negative;
  print(`Version ${version} scores ${score.toFixed(4)}: '${word}' (threshold ${threshold.toFixed(4)}).`);
  print(`${backgroundRows} test rows score ${background.toFixed(4)} on average; what each column adds to that:\n`);
  printTable([
    ['column', 'value', 'adds', 'read by'],
    ...contributions.map(({ column, value, contribution, error, features }) => [
      column,
      JSON.stringify(value),
      `${signed(contribution)}${exact ? '' : ` ± ${error.toFixed(4)}`}`,
      features.join(', '),
    ]),
  ]);
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4)}`;
}
