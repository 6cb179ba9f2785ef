import type { NumberSketch } from '../modelPackage.ts';
import { nearestWalk } from './nearestWalk.ts';
import type { NumberPlaces } from './numberPlaces.ts';
import { quantileRanks } from './quantileRanks.ts';
import type { TestCells } from './testCells.ts';

/**
 * The cells of a number: eighths of the rows that a package's sketch was made of (`rows` of it, missing ones among them).
 * Where values are tied at the end of a cell, the window's rows there are shared out between the cells at it so that
 * they lie as near to the reference as can be. Rows without a value are in no cell: `shareTest` judges them.
 */
export function numberCells(
  reference: { readonly rows: number; readonly sketch: NumberSketch },
  window: NumberPlaces,
): TestCells {
  const { missing, quantiles } = reference.sketch;
  const ends = quantileRanks(reference.rows - missing, quantiles.length).filter(
    ({ quantile }) => quantile % apart === 0,
  );
  const walk = nearestWalk(
    ends.map(({ rank, quantile }) => ({
      at: rank,
      low: window.below[quantile] ?? 0,
      high: window.atMost[quantile] ?? 0,
    })),
    { at: reference.rows - missing + 1, height: window.rows },
  );
  return {
    law: 'ranked',
    reference: stepsOf([...ends.map(({ rank }) => rank), reference.rows - missing + 1]),
    window: stepsOf(walk),
  };
}

/** A cell has four of the sketch's 32 steps. */
const apart = 4;

function stepsOf(ends: readonly number[]): number[] {
  return ends.map((end, at) => end - (ends[at - 1] ?? 0));
}
