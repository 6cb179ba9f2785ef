import { categoryCells } from '../../../core/drift/categoryCells.ts';
import type { CellMeasure } from '../../../core/drift/cellMeasure.ts';
import { cellTest } from '../../../core/drift/cellTest.ts';
import { columnCells } from '../../../core/drift/columnCells.ts';
import { columnDistanceTest } from '../../../core/drift/columnDistanceTest.ts';
import type { DriftTest } from '../../../core/drift/driftTest.ts';
import { numberCells } from '../../../core/drift/numberCells.ts';
import { numberPlaces } from '../../../core/drift/numberPlaces.ts';
import { numberTest } from '../../../core/drift/numberTest.ts';
import { shareTest } from '../../../core/drift/shareTest.ts';
import type { TestCells } from '../../../core/drift/testCells.ts';
import type { CategorySketch, ReferenceSketches } from '../../../core/modelPackage.ts';
import type { Random } from '../../../core/random.ts';
import { sketchOfCounts } from '../../../core/sketches/sketchOfCounts.ts';
import { referenceSketches } from '../../../models/referenceSketches.ts';

/** How rows of a window differ from those of the reference; nothing does where it is 0. */
export interface InjectedDrift {
  /** Added to each number, in standard deviations. */
  readonly shift: number;
  /** Share of the rows whose category is one of the common ones instead of its own. */
  readonly moved: number;
  /** Added to the share of rows without a value, and of rows with a category that training did not have. */
  readonly missing: number;
  readonly unseen: number;
}

export const noDrift: InjectedDrift = { shift: 0, moved: 0, missing: 0, unseen: 0 };

/** Rows as columns: a number, a number of few values that is missing at times, a category of few values, one of many. */
export interface WorldRows {
  readonly rows: number;
  readonly number: Float32Array;
  readonly whole: Float32Array;
  readonly few: Int32Array;
  readonly many: Int32Array;
}

/** What is said of the window by every test, by name. */
export type WorldTests = Readonly<Record<string, DriftTest | undefined>>;

export const measures = ['population stability index', 'Jensen-Shannon distance', 'chi-square'] as const;

/** Tests of a statistic with ties or few values: of false alarms there are at most as many as stated. */
export const discreteTests = [
  'whole: Kolmogorov-Smirnov',
  'whole: chi-square',
  'whole: missing',
  'many: unknown',
  'whole, sketched: Kolmogorov-Smirnov',
];

export function worldRows(random: Random, rows: number, { shift, moved, missing, unseen }: InjectedDrift): WorldRows {
  const number = new Float32Array(rows).map(() => random.normal() + shift);
  const whole = number.map(() => {
    if (random.next() < shares.missing + missing) return Number.NaN;
    return Math.floor(20 + 15 * (random.normal() + shift));
  });
  const few = new Int32Array(rows).map(() => (random.next() < moved ? 1 : 1 + Math.floor(5 * random.next() ** 2)));
  const many = new Int32Array(rows).map(() => {
    if (random.next() < shares.unknown + unseen) return 0;
    return random.next() < moved ? 1 : 1 + placeOf(random.next());
  });
  return { rows, number, whole, few, many };
}

/** The reference as a model package has it, and as sketches of a partition have it. */
export interface WorldReference {
  readonly sketches: ReferenceSketches;
  readonly rows: WorldRows;
}

export function worldReference(rows: WorldRows): WorldReference {
  const numeric = new Float32Array(2 * rows.rows).map(
    (_, at) => (at % 2 === 0 ? rows.number : rows.whole)[at >> 1] ?? 0,
  );
  const categories = new Int32Array(2 * rows.rows).map((_, at) => (at % 2 === 0 ? rows.few : rows.many)[at >> 1] ?? 0);
  const columns = { numeric: ['number', 'whole'], categories: ['few', 'many'] };
  const encoders = { columns, scaling: [], vocabularies: [namesOf(fewValues), namesOf(manyValues)] };
  return { sketches: referenceSketches(encoders, { rows: rows.rows, numeric, categories }, new Float32Array()), rows };
}

export function worldTests({ sketches, rows: before }: WorldReference, window: WorldRows): WorldTests {
  const tests: Record<string, DriftTest | undefined> = {};
  for (const name of ['number', 'whole'] as const) {
    const sketch = sketches.numbers[name] ?? { missing: 0, quantiles: [] };
    const [reference, places] = [{ rows: sketches.rows, sketch }, numberPlaces(sketch, window[name])];
    tests[`${name}: Kolmogorov-Smirnov`] = numberTest(reference, places);
    const cells = numberCells(reference, places);
    if (name === 'number') {
      addCells(tests, name, cells);
      continue;
    }
    tests['whole: chi-square'] = cellTest(cells, 'chi-square');
    const missing = { rows: sketches.rows, ofKind: sketch.missing };
    tests['whole: missing'] = shareTest(missing, { rows: window.rows, ofKind: places.missing });
  }
  for (const name of ['few', 'many'] as const) addCells(tests, name, cellsOf(sketches.categories[name], window[name]));
  const unknown = { rows: sketches.rows, ofKind: sketches.categories.many?.unknown ?? 0 };
  const zeros = window.many.reduce((sum, code) => sum + Number(code === 0), 0);
  tests['many: unknown'] = shareTest(unknown, { rows: window.rows, ofKind: zeros });
  const [reference, current] = [columnOf(before.whole), columnOf(window.whole)];
  tests['whole, sketched: Kolmogorov-Smirnov'] = columnDistanceTest(reference, current);
  tests['whole, sketched: population stability index'] = cellTest(
    columnCells(reference, current),
    'population stability index',
  );
  return tests;
}

const shares = { missing: 0.02, unknown: 0.005 };
const [fewValues, manyValues] = [5, 250];

function namesOf(values: number): string[] {
  return Array.from({ length: values }, (_, at) => `v${at}`);
}

/** Many values as airports have them: the k-th has a share like 1 / (k + 5). */
const ends = endsOf(Array.from({ length: manyValues }, (_, at) => 1 / (at + 6)));

function endsOf(weights: readonly number[]): Float64Array {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  return Float64Array.from(weights, (weight) => {
    sum += weight / all;
    return sum;
  });
}

function placeOf(share: number): number {
  let [low, high] = [0, ends.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] ?? 1) > share) high = middle;
    else low = middle + 1;
  }
  return low;
}

function addCells(tests: Record<string, DriftTest | undefined>, name: string, cells: TestCells): void {
  for (const measure of measures) tests[`${name}: ${measure satisfies CellMeasure}`] = cellTest(cells, measure);
}

function cellsOf(sketch: CategorySketch | undefined, codes: Int32Array): TestCells {
  const counts = countsOf(codes);
  const values = new Map([...counts].map(([code, rows]) => [`v${code - 1}`, rows]));
  const reference = sketch ?? { values: [], unknown: 0, others: 0 };
  return categoryCells(reference, { values, unknown: counts.get(0) ?? 0, rows: codes.length });
}

function columnOf(values: Float32Array) {
  const counts = countsOf(values.filter((value) => !Number.isNaN(value)));
  const full = [...counts].map(([value, rows]): [string, number] => [String(value), rows]);
  return sketchOfCounts('int', values.length - full.reduce((sum, [, rows]) => sum + rows, 0), full);
}

function countsOf(values: Float32Array | Int32Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
