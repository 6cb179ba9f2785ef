import type { ColumnSketch, Counted, NumberSketch, RowsSketch } from './columnSketch.ts';
import { addedSums } from './exactSum.ts';
import { mergedValues } from './mergedValues.ts';

/** The sketch of all rows together: the same in any order and grouping of the parts. */
export function mergedSketch(parts: readonly RowsSketch[]): RowsSketch {
  const byColumn = new Map<string, ColumnSketch[]>();
  for (const [name, column] of parts.flatMap(({ columns }) => Object.entries(columns))) {
    const held = byColumn.get(name);
    if (held === undefined) byColumn.set(name, [column]);
    else held.push(column);
  }
  const columns = [...byColumn].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, held]) => [name, mergedColumn(held)]);
  return { format: 1, rows: total(parts.map(({ rows }) => rows)), columns: Object.fromEntries(columns) };
}

function mergedColumn(parts: readonly ColumnSketch[]): ColumnSketch {
  const type = parts[0]?.type ?? 'string';
  const values = parts.flatMap((part) => part.values ?? []);
  return {
    type,
    rows: total(parts.map(({ rows }) => rows)),
    nulls: total(parts.map(({ nulls }) => nulls)),
    numbers: mergedNumbers(parts.flatMap((part) => part.numbers ?? [])),
    values: values.length === 0 ? null : mergedValues(type, values),
  };
}

function mergedNumbers(parts: readonly NumberSketch[]): NumberSketch | null {
  if (parts.length === 0) return null;
  return {
    min: parts.reduce((least, { min }) => Math.min(least, min), Number.POSITIVE_INFINITY),
    max: parts.reduce((most, { max }) => Math.max(most, max), Number.NEGATIVE_INFINITY),
    sum: parts.reduce((sum, part) => addedSums(sum, part.sum), '0'),
    buckets: addedBuckets(parts),
  };
}

function addedBuckets(parts: readonly NumberSketch[]): Counted<number>[] {
  const rows = new Map<number, number>();
  for (const { buckets } of parts) {
    for (const [bucket, counted] of buckets) rows.set(bucket, (rows.get(bucket) ?? 0) + counted);
  }
  return [...rows].sort(([a], [b]) => a - b);
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
