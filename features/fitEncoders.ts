import type { CategoryPlan } from '../core/featurePlan.ts';
import type { CountedValue, Encoders, NumericSketch, SpreadSketch } from '../core/matrix.ts';
import type { Plan } from '../core/plan.ts';
import { bucketCuts, bucketRanges } from './bucketCuts.ts';
import { columnScaling } from './columnScaling.ts';
import { matrixColumns, numericColumns } from './matrixColumns.ts';
import type { PartSketches } from './matrixPart.ts';
import { emptySketch } from './numericSketch.ts';
import { emptySpread, mergedSpread } from './spreadSketch.ts';

/** What encoders are fitted from, of some parts in the order of their hours. */
export interface FitSketches {
  /** Of each part, per numeric column. */
  readonly numeric: readonly (readonly NumericSketch[])[];
  /** Per category: the values that occur with their rows, sorted. */
  readonly categories: readonly (readonly CountedValue[])[];
  /** Per bucket feature. */
  readonly buckets: readonly SpreadSketch[];
}

/** Scaling, vocabularies and cuts of the train window, from its parts' sketches alone; the parts come in the order of their hours. */
export function fitEncoders(plan: Plan, trainParts: readonly PartSketches[]): Encoders {
  return encodersOf(plan, [fitSketches(plan, trainParts)]);
}

/** The sketches of parts, as one. */
export function fitSketches(plan: Plan, parts: readonly PartSketches[]): FitSketches {
  return {
    numeric: parts.map(({ numeric }) => numeric),
    categories: matrixColumns(plan).categories.map((_, at) =>
      countedTogether(parts.map(({ categories }) => categories[at] ?? [])),
    ),
    buckets: bucketsOf(plan).map((_, at) => mergedSpread(parts.map(({ buckets }) => buckets?.[at] ?? emptySpread))),
  };
}

/** As `fitEncoders`, from sketches that follow each other. */
export function encodersOf(plan: Plan, sketches: readonly FitSketches[]): Encoders {
  const numeric = sketches.flatMap((some) => some.numeric);
  const cuts = Object.fromEntries(
    bucketsOf(plan).map((feature, at) => {
      const spread = mergedSpread(sketches.map(({ buckets }) => buckets[at] ?? emptySpread));
      return [feature.name, bucketCuts(feature, spread)];
    }),
  );
  return {
    columns: matrixColumns(plan),
    scaling: numericColumns(plan).map((column, at) =>
      columnScaling(
        column,
        numeric.map((part) => part[at] ?? emptySketch),
      ),
    ),
    vocabularies: categoriesOf(plan).map((feature, at) =>
      feature.kind === 'bucket'
        ? bucketRanges(cuts[feature.name] ?? [])
        : vocabularyOf(feature, countedTogether(sketches.map(({ categories }) => categories[at] ?? []))),
    ),
    ...(Object.keys(cuts).length === 0 ? {} : { cuts }),
  };
}

function categoriesOf(plan: Plan) {
  return plan.features.filter((feature) => feature.kind === 'category' || feature.kind === 'bucket');
}

function bucketsOf(plan: Plan) {
  return plan.features.filter((feature) => feature.kind === 'bucket');
}

/** Lists of values in order, as one in order: by UTF-16 code units, as everywhere in the engine. */
function countedTogether(lists: readonly (readonly CountedValue[])[]): readonly CountedValue[] {
  const [first = [], ...others] = lists.filter((list) => list.length > 0);
  if (others.length === 0) return first;
  const rows = new Map(first);
  for (const list of others) for (const [value, counted] of list) rows.set(value, (rows.get(value) ?? 0) + counted);
  // The values alone: to sort pairs by a function takes many times as long.
  return [...rows.keys()].sort().map((value) => [value, rows.get(value) ?? 0]);
}

/** The most values that a category has when its plan says nothing: each is a row of weights in every model. */
const usualVocabulary = 10_000;

/** The values that stand for themselves, sorted; of as many rows, those that come first in that order. */
function vocabularyOf(
  { atLeast = 1, atMost = usualVocabulary }: CategoryPlan,
  counts: readonly CountedValue[],
): string[] {
  const often = counts.filter(([, rows]) => rows >= atLeast);
  if (often.length <= atMost) return often.map(([value]) => value);
  // Stable: of as many rows, the first by value.
  const most = often.sort((a, b) => b[1] - a[1]).slice(0, atMost);
  return most.map(([value]) => value).sort();
}
