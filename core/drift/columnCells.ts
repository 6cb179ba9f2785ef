import type { ColumnSketch, Counted } from '../sketches/columnSketch.ts';
import type { TestCells } from './testCells.ts';

/**
 * The cells of two sketches of a column. Numbers and dates: ten that part all rows of both evenly, cut between buckets.
 * Other values: each of which a window expects a row, and all others together. Rows with null are in no cell: `shareTest`
 * judges them. Without all values on both sides there is one cell alone, of which nothing can be said.
 */
export function columnCells(reference: ColumnSketch, window: ColumnSketch): TestCells {
  return reference.numbers === null ? valueCells(reference, window) : evenCells(reference, window, tenths);
}

const tenths = 10;

type Both = readonly [reference: number, window: number];

/** Cells with a part of all rows each, or more where a bucket has more. */
export function evenCells(reference: ColumnSketch, window: ColumnSketch, parts: number): TestCells {
  const buckets = bothOf(reference.numbers?.buckets ?? [], window.numbers?.buckets ?? []);
  const ordered = [...buckets].sort(([a], [b]) => a - b).map(([, both]) => both);
  const all = ordered.reduce((sum, [before, after]) => sum + before + after, 0);
  const cells: Both[] = [];
  let [open, done]: [Both, number] = [[0, 0], 0];
  for (const [before, after] of ordered) {
    open = [open[0] + before, open[1] + after];
    if ((open[0] + open[1]) * parts < all) continue;
    done += open[0] + open[1];
    cells.push(open);
    open = [0, 0];
  }
  if (done < all) cells.push(open);
  return cellsOf(cells);
}

function valueCells(reference: ColumnSketch, window: ColumnSketch): TestCells {
  const rows: Both = [reference.rows - reference.nulls, window.rows - window.nulls];
  if (reference.values?.isComplete !== true || window.values?.isComplete !== true) return cellsOf([rows]);
  const all = rows[0] + rows[1];
  const values = [...bothOf(reference.values.counts, window.values.counts).values()];
  const own = values.filter(([before, after]) => (before + after) * rows[1] >= all);
  const others = own.reduce<Both>(([before, after], [more, further]) => [before - more, after - further], rows);
  return cellsOf([...own, others].filter(([before, after]) => before + after > 0));
}

function bothOf<T>(reference: readonly Counted<T>[], window: readonly Counted<T>[]): ReadonlyMap<T, Both> {
  const both = new Map(reference.map(([value, rows]): [T, Both] => [value, [rows, 0]]));
  for (const [value, rows] of window) both.set(value, [both.get(value)?.[0] ?? 0, rows]);
  return both;
}

function cellsOf(cells: readonly Both[]): TestCells {
  return { law: 'counted', reference: cells.map(([rows]) => rows), window: cells.map(([, rows]) => rows) };
}
