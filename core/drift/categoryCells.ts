import type { CategorySketch } from '../modelPackage.ts';
import type { TestCells } from './cellTest.ts';

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
 * The cells of a category: each value that the sketch names, unknown ones, and all others together. A value of which a
 * window expects less than one row goes with the others. What is expected is told from both sides together, as the law
 * of dealt out rows asks for: a choice by one side alone would make chance look like drift.
 */
export function categoryCells(reference: CategorySketch, window: CategoryRows): TestCells {
  const referenceRows = reference.values.reduce((sum, [, rows]) => sum + rows, reference.unknown + reference.others);
  const named = reference.values.map(([value, rows]) => [rows, window.values.get(value) ?? 0] as const);
  const all = referenceRows + window.rows;
  const isEnough = ([before, after]: readonly [number, number]): boolean => (before + after) * window.rows >= all;
  const own = [...named, [reference.unknown, window.unknown] as const].filter(isEnough);
  const told = own.reduce(([before, after], [more, further]) => [before + more, after + further] as const, [
    0, 0,
  ] as const);
  const cells = [...own, [referenceRows - told[0], window.rows - told[1]] as const];
  const filled = cells.filter(([before, after]) => before + after > 0);
  return { law: 'counted', reference: filled.map(([rows]) => rows), window: filled.map(([, rows]) => rows) };
}
