import type { Encoders } from '../core/matrix.ts';
import type { CategorySketch, NumberSketch, ReferenceSketches } from '../core/modelPackage.ts';
import type { LoadedMatrix } from '../features/loadMatrix.ts';

/** How the features of these rows, unscaled, and their scores are spread. Small, whatever the rows: some kilobytes. */
export function referenceSketches(
  { columns, vocabularies }: Encoders,
  rows: Pick<LoadedMatrix, 'rows' | 'numeric' | 'categories'>,
  scores: Float32Array,
): ReferenceSketches {
  const [width, count] = [columns.numeric.length, columns.categories.length];
  return {
    rows: rows.rows,
    numbers: Object.fromEntries(
      columns.numeric.map((name, at) => [name, numberSketch(columnOf(rows.numeric, at, width))]),
    ),
    categories: Object.fromEntries(
      columns.categories.map((name, at) => {
        return [name, categorySketch(columnOf(rows.categories, at, count), vocabularies[at] ?? [])];
      }),
    ),
    score: numberSketch(scores.slice()),
  };
}

/** A column of a row-major matrix, as an array of its own. */
function columnOf<T extends Float32Array | Int32Array>(matrix: T, at: number, width: number): T {
  const column = matrix.slice(0, matrix.length / width) as T;
  for (let row = 0; row < column.length; row += 1) column[row] = matrix[row * width + at] ?? 0;
  return column;
}

/** Ranks ceil(share x rows) of the values that are there, at shares 0, 1/32, … 1. Sorts the values in place. */
function numberSketch(values: Float32Array): NumberSketch {
  const there = values.filter((value) => !Number.isNaN(value)).sort();
  const quantiles = Array.from({ length: 33 }, (_, at) => there[Math.max(0, Math.ceil((at / 32) * there.length) - 1)]);
  return { missing: values.length - there.length, quantiles: quantiles.filter((value) => value !== undefined) };
}

/** The values with the most rows; of as many, the first in the vocabulary. */
function categorySketch(codes: Int32Array, vocabulary: readonly string[]): CategorySketch {
  const counts = new Int32Array(vocabulary.length + 1);
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  const places = vocabulary.map((value, at) => ({ value, rows: counts[at + 1] ?? 0 })).filter(({ rows }) => rows > 0);
  const most = places.sort((a, b) => b.rows - a.rows).slice(0, mostValues);
  const told = most.reduce((sum, { rows }) => sum + rows, 0);
  const unknown = counts[0] ?? 0;
  return { values: most.map(({ value, rows }) => [value, rows]), unknown, others: codes.length - told - unknown };
}

const mostValues = 100;
