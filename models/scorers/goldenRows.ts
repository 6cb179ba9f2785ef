import { WhetError } from '../../core/errors.ts';
import type { GoldenRows, ModelPackage, RawColumn } from '../../core/modelPackage.ts';
import type { Scorer, ScorerColumn, ScorerColumns } from './scorer.ts';

/** Largest difference between two scores of one row that counts as none. */
export const parityTolerance = 1e-5;

/** Scores the golden rows and compares. Throws `package.parity-failed`, naming the row, what was expected and came. */
export async function checkGolden(scorer: Pick<Scorer, 'score'>, golden: GoldenRows, threshold: number): Promise<void> {
  const scores = await scorer.score({ rows: golden.scores.length, columns: scorerColumns(golden.columns) });
  checkParity(golden.scores, scores, threshold, (row) => `golden row ${row}, ${rowText(golden.columns, row)}`);
}

/** A scorer that is asked for each row alone. */
export function oneByOne(scorer: Pick<Scorer, 'score'>): Pick<Scorer, 'score'> {
  return {
    async score({ rows, columns }) {
      const scores = new Float32Array(rows);
      for (let row = 0; row < rows; row += 1) scores.set(await scorer.score(rowAt(columns, row)), row);
      return scores;
    },
  };
}

/** As `checkGolden`, for a function of row objects. */
export function checkGoldenRows(
  scoreRow: (row: unknown) => number,
  { golden, inputs, threshold }: Pick<ModelPackage, 'golden' | 'inputs' | 'threshold'>,
): void {
  const scores = golden.scores.map((_, row) => scoreRow(goldenRow(golden.columns, inputs, row)));
  checkParity(golden.scores, scores, threshold, (row) => `golden row ${row}, ${rowText(golden.columns, row)}`);
}

/** As `checkGolden`, for a function of values in the order of the columns, a missing text being the empty one. */
export function checkGoldenValues(
  scoreValues: (values: readonly (number | string | boolean | bigint)[]) => number,
  { golden, inputs, threshold }: Pick<ModelPackage, 'golden' | 'inputs' | 'threshold'>,
): void {
  const valuesOf = (row: number) =>
    inputs.map(({ name, type }) => golden.columns[name]?.[row] ?? (type === 'string' ? '' : Number.NaN));
  const scores = golden.scores.map((_, row) => scoreValues(valuesOf(row)));
  checkParity(golden.scores, scores, threshold, (row) => `golden row ${row}, ${rowText(golden.columns, row)}`);
}

/** A golden row as callers send it: dates in milliseconds UTC, a missing value as null. */
export function goldenRow(
  columns: GoldenRows['columns'],
  inputs: readonly RawColumn[],
  row: number,
): Record<string, unknown> {
  const valueIn = ({ name, type }: RawColumn): unknown => {
    const value = columns[name]?.[row] ?? null;
    return type === 'boolean' && typeof value === 'number' ? value !== 0 : value;
  };
  return Object.fromEntries(inputs.map((column) => [column.name, valueIn(column)]));
}

/** Golden rows as scorers take them: a missing value is NaN. */
export function scorerColumns(columns: GoldenRows['columns']): ScorerColumns['columns'] {
  return Object.fromEntries(
    Object.entries(columns).map(([name, values]) => [name, values.map((value) => value ?? Number.NaN)]),
  );
}

/** One row of some columns, by itself. */
export function rowAt(columns: ScorerColumns['columns'], row: number): ScorerColumns {
  const only: Record<string, ScorerColumn> = {};
  for (const [name, values] of Object.entries(columns)) only[name] = values.slice(row, row + 1);
  return { rows: 1, columns: only };
}

/**
 * Two ways to the same scores must agree: within 1e-5, and in the decision unless the score is that close to the
 * threshold. `place` names a row. Throws `package.parity-failed` for the first row that does not.
 */
export function checkParity(
  expected: ArrayLike<number>,
  came: ArrayLike<number>,
  threshold: number,
  place: (row: number) => string,
): void {
  for (let row = 0; row < expected.length; row += 1) {
    const [want, got] = [expected[row] ?? Number.NaN, came[row] ?? Number.NaN];
    if (agrees(want, got, threshold)) continue;
    throw new WhetError('package.parity-failed', {
      expected: `the score ${want} for ${place(row)}`,
      came: `${got} (threshold ${threshold})`,
    });
  }
}

/** NaN agrees with nothing. */
function agrees(want: number, got: number, threshold: number): boolean {
  if (!(Math.abs(want - got) <= parityTolerance)) return false;
  return want >= threshold === got >= threshold || Math.abs(want - threshold) <= parityTolerance;
}

/** One row of columns, for messages. */
export function rowText(columns: GoldenRows['columns'], row: number): string {
  return JSON.stringify(Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[row]])));
}
