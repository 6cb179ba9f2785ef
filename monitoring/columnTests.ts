import { categoryCells } from '../core/drift/categoryCells.ts';
import type { CellMeasure } from '../core/drift/cellMeasure.ts';
import { cellTest } from '../core/drift/cellTest.ts';
import { numberCells } from '../core/drift/numberCells.ts';
import { numberPlaces } from '../core/drift/numberPlaces.ts';
import { numberTest } from '../core/drift/numberTest.ts';
import { shareTest } from '../core/drift/shareTest.ts';
import { figure } from '../core/judgedFinding.ts';
import type { Encoders } from '../core/matrix.ts';
import type { CategorySketch, NumberSketch, ReferenceSketches } from '../core/modelPackage.ts';
import type { FeatureColumns } from '../models/columnsOfFeatures.ts';
import type { FeatureRows } from '../models/packageFeatures.ts';
import type { TestedThing } from './driftFinding.ts';

/** A test of one of the matrix's columns. */
export interface ColumnTest extends TestedThing {
  readonly column: string;
}

/** What some rows are held against. */
export interface ColumnReference {
  readonly encoders: Encoders;
  readonly sketches: ReferenceSketches;
}

/** Tests of some rows' columns against a package's sketches, each about `<column>: <measure>`. */
export function columnTests(
  { encoders, sketches }: ColumnReference,
  rows: FeatureRows,
  { numeric, categories }: Pick<FeatureColumns, 'numeric' | 'categories'>,
): ColumnTest[] {
  const { columns, vocabularies, cuts = {} } = encoders;
  const numbers = numeric.flatMap((at) => {
    const [name, values] = [columns.numeric[at] ?? '', columnOf(rows.numeric, at, columns.numeric.length)];
    const sketch = sketches.numbers[name];
    return sketch === undefined ? [] : numberTests(name, { rows: sketches.rows, sketch }, values);
  });
  const places = categories.flatMap((at) => {
    const [name, codes] = [columns.categories[at] ?? '', columnOf(rows.categories, at, columns.categories.length)];
    const sketch = sketches.categories[name];
    if (sketch === undefined) return [];
    return categoryTests(name, sketch, valuesOf(codes, vocabularies[at] ?? []), name in cuts);
  });
  return [...numbers, ...places];
}

/** A column of a row-major matrix. */
function columnOf<T extends Float32Array | Int32Array>(matrix: T, at: number, width: number): T {
  const column = matrix.slice(0, matrix.length / width) as T;
  for (let row = 0; row < column.length; row += 1) column[row] = matrix[row * width + at] ?? 0;
  return column;
}

/** The tests of one number, a model's score among them. */
export function numberTests(
  name: string,
  reference: { readonly rows: number; readonly sketch: NumberSketch },
  values: Float32Array,
): ColumnTest[] {
  const places = numberPlaces(reference.sketch, values);
  const moved = movedMedian(reference.sketch, values);
  const cells = numberCells(reference, places);
  const missing = { rows: reference.rows, ofKind: reference.sketch.missing };
  const now = { rows: values.length, ofKind: places.missing };
  return [
    ...cellTests(name, (measure) => cellTest(cells, measure), moved),
    thing(name, 'Kolmogorov-Smirnov distance', numberTest(reference, places), moved),
    thing(name, 'missing values', shareTest(missing, now), movedShare(missing, now)),
  ];
}

interface CountedValues {
  readonly values: ReadonlyMap<string, number>;
  readonly unknown: number;
  readonly rows: number;
}

/** Of a bucket what is in no range is missing; of a category it is new, and a missing one is the empty text. */
function categoryTests(name: string, sketch: CategorySketch, now: CountedValues, isBucket: boolean): ColumnTest[] {
  const cells = categoryCells(sketch, now);
  const listed = sketch.values.reduce((sum, [, rows]) => sum + rows, 0);
  const reference = { rows: listed + sketch.unknown + sketch.others, ofKind: sketch.unknown };
  const unknown = { rows: now.rows, ofKind: now.unknown };
  const missing = isBucket ? [] : missingTest(name, sketch, reference.rows, now);
  return [
    ...cellTests(name, (measure) => cellTest(cells, measure), movedValue(sketch, reference.rows, now)),
    thing(
      name,
      isBucket ? 'missing values' : 'new values',
      shareTest(reference, unknown),
      movedShare(reference, unknown),
    ),
    ...missing,
  ];
}

/** Where a missing value is none of those that the vocabulary has, it counts among the new ones. */
function missingTest(name: string, sketch: CategorySketch, rows: number, now: CountedValues): ColumnTest[] {
  const [before, after] = [sketch.values.find(([value]) => value === '')?.[1] ?? 0, now.values.get('') ?? 0];
  if (before === 0 && after === 0) return [];
  const [reference, window] = [
    { rows, ofKind: before },
    { rows: now.rows, ofKind: after },
  ];
  return [thing(name, 'missing values', shareTest(reference, window), movedShare(reference, window))];
}

function cellTests(name: string, testOf: (measure: CellMeasure) => TestedThing['test'], moved: string): ColumnTest[] {
  const measures = ['population stability index', 'Jensen-Shannon distance'] as const;
  return measures.map((measure) => thing(name, measure, testOf(measure), moved));
}

function thing(name: string, measure: string, test: TestedThing['test'], moved: string): ColumnTest {
  const about = `${name}: ${measure}`;
  return { column: name, about, measure: about, test, moved };
}

function valuesOf(codes: Int32Array, vocabulary: readonly string[]): CountedValues {
  const counts = new Int32Array(vocabulary.length + 1);
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  const values = new Map(vocabulary.map((value, at) => [value, counts[at + 1] ?? 0]));
  return { values, unknown: counts[0] ?? 0, rows: codes.length };
}

function movedMedian({ quantiles }: NumberSketch, values: Float32Array): string {
  const there = values.filter((value) => !Number.isNaN(value)).sort();
  const [before, now] = [quantiles[(quantiles.length - 1) / 2], there[Math.floor((there.length - 1) / 2)]];
  if (before === undefined || now === undefined) return '';
  return `median ${figure(now)}, was ${figure(before)}`;
}

type KindRows = { readonly rows: number; readonly ofKind: number };

function movedShare(before: KindRows, now: KindRows): string {
  return `${percent(now)}, were ${percent(before)}`;
}

/** The value whose share moved most. */
function movedValue(sketch: CategorySketch, rows: number, now: CountedValues): string {
  const moves = sketch.values.map(([value, counted]) => {
    const [before, after] = [
      { rows, ofKind: counted },
      { rows: now.rows, ofKind: now.values.get(value) ?? 0 },
    ];
    return { value, before, after, by: Math.abs(after.ofKind / now.rows - counted / rows) };
  });
  const most = moves.reduce<(typeof moves)[number] | undefined>(
    (best, one) => (best === undefined || one.by > best.by ? one : best),
    undefined,
  );
  return most === undefined ? '' : `'${most.value}' ${percent(most.after)}, was ${percent(most.before)}`;
}

function percent({ rows, ofKind }: KindRows): string {
  return `${figure(rows === 0 ? 0 : (100 * ofKind) / rows)} %`;
}
