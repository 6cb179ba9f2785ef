import type { Encoders } from '../core/matrix.ts';
import { bucketIndex } from './bucketCuts.ts';
import type { MatrixRows, NamedTexts } from './matrixFile.ts';
import type { SettledRows } from './settledRows.ts';

/** One column of codes that parts are poured into, each from a dictionary of its own. */
export interface CodedColumn {
  readonly name: string;
  /** Row-major, with `stride` codes in a row, of which this column has the one at `offset`. */
  readonly into: Int32Array;
  readonly stride: number;
  readonly offset: number;
  /** The code of each value. */
  readonly codeOf: ReadonlyMap<string, number>;
}

export interface CategoryColumn extends CodedColumn {
  /** Of a bucket: what its codes are found by, in place of values. */
  readonly cuts: readonly number[] | undefined;
}

/** A column per category feature, side by side: 0 is not in its vocabulary, i + 1 value i of it. */
export function categoryColumns({ columns, vocabularies, cuts }: Encoders, rows: number): CategoryColumn[] {
  const stride = columns.categories.length;
  const into = new Int32Array(rows * stride);
  return columns.categories.map((name, offset) => {
    const codeOf = new Map(vocabularies[offset]?.map((value, at) => [value, at + 1]));
    return { name, into, stride, offset, codeOf, cuts: cuts?.[name] };
  });
}

/** A column per slice, apart from each other: the place of each value in all that occur in the parts, sorted. */
export function sliceColumns(parts: readonly SettledRows[], rows: number): CodedColumn[] {
  const values = new Map<string, Set<string>>();
  for (const slice of parts.flatMap((part) => part.data.slices)) {
    const held = values.get(slice.name) ?? new Set();
    for (const value of slice.values) held.add(value);
    values.set(slice.name, held);
  }
  return [...values].map(([name, held]) => {
    const codeOf = new Map([...held].sort().map((value, at) => [value, at]));
    return { name, into: new Int32Array(rows), stride: 1, offset: 0, codeOf };
  });
}

/** Writes the categories of the rows `kept` of a part from row `first` on. */
export function fillCategory(
  column: CategoryColumn,
  { categories, numbers }: Pick<MatrixRows, 'categories' | 'numbers'>,
  kept: Int32Array,
  first: number,
): void {
  const { name, cuts, into, stride, offset } = column;
  const values = cuts === undefined ? undefined : numbers.find((one) => one.name === name)?.values;
  if (cuts === undefined) fillColumn(column, categories, kept, first);
  if (cuts === undefined || values === undefined) return;
  let at = first * stride + offset;
  for (const row of kept) {
    into[at] = bucketIndex(cuts, values[row] ?? Number.NaN);
    at += stride;
  }
}

/** Writes the codes of the rows `kept` of a part from row `first` on. */
export function fillColumn(column: CodedColumn, parts: readonly NamedTexts[], kept: Int32Array, first: number): void {
  const texts = parts.find((part) => part.name === column.name);
  if (texts === undefined) return;
  const translated = texts.values.map((value) => column.codeOf.get(value) ?? 0);
  const { into, stride, offset } = column;
  let at = first * stride + offset;
  for (const row of kept) {
    into[at] = translated[texts.codes[row] ?? 0] ?? 0;
    at += stride;
  }
}
