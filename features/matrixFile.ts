import { type Column, tableFromColumns, tableFromIPC, tableToIPC } from '@uwdata/flechette';
import {
  childValues,
  dictionaryColumn,
  dictionaryTexts,
  listColumn,
  plainColumn,
  plainValues,
} from './arrowColumns.ts';
import type { CodedTexts } from './hourRows.ts';

/** A matrix part in memory. All columns have the same rows, in canonical order. */
export interface MatrixRows {
  readonly rows: number;
  /** Row-major and unscaled; its width is its length by its rows. */
  readonly numeric: Float32Array;
  readonly categories: readonly NamedTexts[];
  /** Of which the range is a category, found by the encoders' cuts. */
  readonly numbers: readonly NamedNumbers[];
  readonly slices: readonly NamedTexts[];
  /** 1 is positive. */
  readonly labels: Uint8Array;
  /** Milliseconds UTC from which on the label is known; Infinity where it never is. */
  readonly settles: Float64Array;
  /** Event time in milliseconds UTC. */
  readonly event: Float64Array;
}

/** A dictionary is sorted and holds nothing that does not occur. */
export interface NamedTexts extends CodedTexts {
  readonly name: string;
}

/** NaN where a value is missing. */
export interface NamedNumbers {
  readonly name: string;
  readonly values: Float64Array;
}

/**
 * An Arrow IPC file of one record batch: `numeric` FixedSizeList<float32> (absent without numeric features),
 * `category.<feature>` and `slice.<column>` as dictionaries of int32, `number.<feature>` float64 of each bucket, `label` uint8, `settles` and `event` float64. The
 * same rows give the same bytes.
 */
export function encodeMatrixFile(rows: MatrixRows): Uint8Array {
  const numeric = rows.numeric.length === 0 ? {} : { numeric: listColumn(rows.numeric, rows.rows) };
  const texts = [...prefixed(categoryPrefix, rows.categories), ...prefixed(slicePrefix, rows.slices)];
  const table = tableFromColumns({
    ...numeric,
    ...Object.fromEntries(texts.map((column) => [column.name, dictionaryColumn(column)])),
    ...Object.fromEntries(rows.numbers.map(({ name, values }) => [`${numberPrefix}${name}`, plainColumn(values)])),
    label: plainColumn(rows.labels),
    settles: plainColumn(rows.settles),
    event: plainColumn(rows.event),
  });
  const bytes = tableToIPC(table, { format: 'file' });
  if (bytes === null) throw new TypeError('Expected the bytes of an Arrow file.');
  return bytes;
}

/** The rows of such a file. Their arrays are views of the bytes wherever these lie on a multiple of 8. */
export function decodeMatrixFile(bytes: Uint8Array): MatrixRows {
  const table = tableFromIPC(bytes.byteOffset % 8 === 0 ? bytes : bytes.slice());
  const named = <T>(prefix: string, read: (column: Column<unknown>) => T): [string, T][] =>
    table.names.map(String).flatMap((name): [string, T][] => {
      return name.startsWith(prefix) ? [[name.slice(prefix.length), read(table.getChild(name))]] : [];
    });
  const texts = (prefix: string): NamedTexts[] =>
    named(prefix, dictionaryTexts).map(([name, column]) => ({ name, ...column }));
  return {
    rows: table.numRows,
    numeric: table.names.includes('numeric') ? childValues(table.getChild('numeric')) : new Float32Array(),
    categories: texts(categoryPrefix),
    numbers: named(numberPrefix, (column) => plainValues(column, Float64Array)).map(([name, values]) => ({
      name,
      values,
    })),
    slices: texts(slicePrefix),
    labels: plainValues(table.getChild('label'), Uint8Array),
    settles: plainValues(table.getChild('settles'), Float64Array),
    event: plainValues(table.getChild('event'), Float64Array),
  };
}

const categoryPrefix = 'category.';
const numberPrefix = 'number.';
const slicePrefix = 'slice.';

function prefixed(prefix: string, columns: readonly NamedTexts[]): NamedTexts[] {
  return columns.map((column) => ({ ...column, name: `${prefix}${column.name}` }));
}
