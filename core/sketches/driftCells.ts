import { type ColumnSketch, type Counted, frequentShare } from './columnSketch.ts';

/** Rows of two sketches in the same cells. */
export interface DriftCells {
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

/**
 * The cells by which two sketches of a column are compared. Numbers and dates: the ten tenths of the reference, cut
 * between buckets. Other values: each that has 1 % of the rows of either side, and all others together. Rows with null
 * are a cell of their own. A cell without rows on both sides is none. Undefined where the two are not of one kind, or
 * one has no rows.
 */
export function driftCells(reference: ColumnSketch, current: ColumnSketch): DriftCells | undefined {
  const cells = reference.numbers === null ? byValue(reference, current) : byTenth(reference, current);
  if (cells === undefined || reference.rows === 0 || current.rows === 0) return undefined;
  const all = { reference: [...cells.reference, reference.nulls], current: [...cells.current, current.nulls] };
  const isFilled = (_: number, at: number): boolean => (all.reference[at] ?? 0) + (all.current[at] ?? 0) > 0;
  return { reference: all.reference.filter(isFilled), current: all.current.filter(isFilled) };
}

const tenths = 10;

function byTenth({ numbers: reference }: ColumnSketch, { numbers: current }: ColumnSketch): DriftCells | undefined {
  if (reference === null) return undefined;
  const ends = tenthEnds(reference.buckets);
  return { reference: rowsByEnd(reference.buckets, ends), current: rowsByEnd(current?.buckets ?? [], ends) };
}

/** The last buckets of all cells but the last, which has no end. */
function tenthEnds(buckets: readonly Counted<number>[]): number[] {
  const rows = buckets.reduce((sum, [, counted]) => sum + counted, 0);
  const ends: number[] = [];
  let below = 0;
  for (const [bucket, counted] of buckets.slice(0, -1)) {
    const isNext = Math.floor((below * tenths) / rows) < Math.floor(((below + counted) * tenths) / rows);
    below += counted;
    if (isNext) ends.push(bucket);
  }
  return ends;
}

function rowsByEnd(buckets: readonly Counted<number>[], ends: readonly number[]): number[] {
  const rows = Array<number>(ends.length + 1).fill(0);
  let cell = 0;
  for (const [bucket, counted] of buckets) {
    while (cell < ends.length && bucket > (ends[cell] ?? 0)) cell += 1;
    rows[cell] = (rows[cell] ?? 0) + counted;
  }
  return rows;
}

function byValue(reference: ColumnSketch, current: ColumnSketch): DriftCells | undefined {
  if (reference.values === null || current.values === null || current.numbers !== null) return undefined;
  const [before, after] = [listed(reference), listed(current)];
  const isFrequent = (value: string): boolean =>
    (before.get(value) ?? 0) >= frequentShare * reference.rows ||
    (after.get(value) ?? 0) >= frequentShare * current.rows;
  const values = [...new Set([...before.keys(), ...after.keys()])].filter(isFrequent).sort();
  return { reference: rowsByValue(reference, before, values), current: rowsByValue(current, after, values) };
}

function listed({ values }: ColumnSketch): ReadonlyMap<string, number> {
  return new Map(values?.isComplete === true ? values.counts : values?.frequent);
}

function rowsByValue(
  { rows, nulls }: ColumnSketch,
  of: ReadonlyMap<string, number>,
  values: readonly string[],
): number[] {
  const counts = values.map((value) => of.get(value) ?? 0);
  return [...counts, rows - nulls - counts.reduce((sum, counted) => sum + counted, 0)];
}
