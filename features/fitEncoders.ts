import type { Encoders, NumericSketch } from '../core/matrix.ts';
import type { Plan } from '../core/plan.ts';
import { matrixColumns } from './matrixColumns.ts';
import type { PartSketches } from './matrixPart.ts';
import { emptySketch, mergedSketch } from './numericSketch.ts';

/** What encoders are fitted from, of some parts in the order of their hours. */
export interface FitSketches {
  /** Of each part, per numeric column. */
  readonly numeric: readonly (readonly NumericSketch[])[];
  /** Per category: the values that occur, sorted. */
  readonly values: readonly (readonly string[])[];
}

/** Scaling and vocabularies of the train window, from its parts' sketches alone; the parts come in the order of their hours. */
export function fitEncoders(plan: Plan, trainParts: readonly PartSketches[]): Encoders {
  return encodersOf(plan, [fitSketches(plan, trainParts)]);
}

/** The sketches of parts, as one. */
export function fitSketches(plan: Plan, parts: readonly PartSketches[]): FitSketches {
  return {
    numeric: parts.map(({ numeric }) => numeric),
    values: matrixColumns(plan).categories.map((_, at) =>
      sortedValues(parts.map(({ categories }) => (categories[at] ?? []).map(([value]) => value))),
    ),
  };
}

/** As `fitEncoders`, from sketches that follow each other. */
export function encodersOf(plan: Plan, sketches: readonly FitSketches[]): Encoders {
  const columns = matrixColumns(plan);
  const numeric = sketches.flatMap((some) => some.numeric);
  return {
    columns,
    scaling: columns.numeric.map((_, at) => scalingOf(numeric.map((part) => part[at] ?? emptySketch))),
    vocabularies: columns.categories.map((_, at) => sortedValues(sketches.map(({ values }) => values[at] ?? []))),
  };
}

function scalingOf(sketches: readonly NumericSketch[]): Encoders['scaling'][number] {
  const { rows, mean, m2 } = sketches.reduce(mergedSketch, emptySketch);
  const deviation = rows === 0 ? 0 : Math.sqrt(m2 / rows);
  return { mean, deviation: deviation === 0 ? 1 : deviation };
}

function sortedValues(lists: readonly (readonly string[])[]): string[] {
  const values = new Set<string>();
  for (const list of lists) for (const value of list) values.add(value);
  return [...values].sort();
}
