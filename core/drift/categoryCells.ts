import type { CategorySketch } from '../modelPackage.ts';
import type { TestCells } from './testCells.ts';

/** Rows of a window by category. */
export interface CategoryRows {
  /** Of the values that the reference's sketch names; of others too, if they are at hand. */
  readonly values: ReadonlyMap<string, number>;
  /** Rows whose value is not in the vocabulary, or missing from a bucket. */
  readonly unknown: number;
  /** All rows. */
  readonly rows: number;
}

/**
 * The cells of a category: each value that the sketch names, unknown ones, and all others together. A value goes with the
 * others if a window expects less than one row of it, or if the reference might as well not have named it: its names are
 * the values that happened to have most rows there, and cells chosen by one side alone make chance look like drift. What
 * is expected is told from both sides together, as the law of dealt out rows asks for.
 */
export function categoryCells(reference: CategorySketch, window: CategoryRows): TestCells {
  const referenceRows = reference.values.reduce((sum, [, rows]) => sum + rows, reference.unknown + reference.others);
  const all = referenceRows + window.rows;
  const nameless = surelyNamed(reference);
  const named = reference.values
    .map(([value, rows]): Both => [rows, window.values.get(value) ?? 0])
    .filter(([before, after]) => ((before + after) * referenceRows) / all >= nameless);
  const unknown: Both = [reference.unknown, window.unknown];
  const own = [...named, unknown].filter(([before, after]) => (before + after) * window.rows >= all);
  const others: Both = own.reduce(
    ([before, after], [more, further]) => [before - more, after - further],
    [referenceRows, window.rows],
  );
  const filled = [...own, others].filter(([before, after]) => before + after > 0);
  return { law: 'counted', reference: filled.map(([rows]) => rows), window: filled.map(([, rows]) => rows) };
}

type Both = readonly [reference: number, window: number];

/** Expected rows from which on a value is named in nearly every sample: four standard deviations above those just named. */
function surelyNamed({ values, others }: CategorySketch): number {
  const fewest = others > 0 ? (values.at(-1)?.[1] ?? 0) : 0;
  return fewest + 4 * Math.sqrt(fewest) + 8;
}
