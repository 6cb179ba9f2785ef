import type { ColumnScaling, NumericSketch, RankMap, SpreadSketch } from '../core/matrix.ts';
import type { NumericColumn } from './featureKind.ts';
import { emptySketch, mergedSketch, needsSpread } from './numericSketch.ts';
import { emptySpread, mergedSpread, quantilesOf } from './spreadSketch.ts';

/** How a numeric column is scaled, from the sketches of the train window's parts in the order of their hours. */
export function columnScaling(column: NumericColumn, sketches: readonly NumericSketch[]): ColumnScaling {
  const whole = sketches.reduce(mergedSketch, emptySketch);
  const spread = needsSpread(column) ? mergedSpread(sketches.map((part) => part.spread ?? emptySpread)) : emptySpread;
  const fill = fillOf(column, whole.mean, spread);
  return { ...(fill === undefined ? {} : { fill }), ...shapeOf(column, whole, spread) };
}

/** A value of the feature's own goes through `log` as all values do; the others are of values that did. */
function fillOf({ missing, scale }: NumericColumn, mean: number, spread: SpreadSketch): number | undefined {
  if (missing === 'mean') return mean;
  if (missing === 'median') return quantilesOf(spread, [0.5])[0] ?? 0;
  return missing !== undefined && scale === 'log' ? Math.sign(missing) * Math.log(1 + Math.abs(missing)) : missing;
}

function shapeOf({ scale }: NumericColumn, { rows, mean, m2 }: NumericSketch, spread: SpreadSketch): ColumnScaling {
  if (scale === 'none') return { mean: 0, deviation: 1 };
  // A rank is spread evenly over 0 to 1, whatever the values are: variance 1 / 12.
  if (scale === 'quantile') return { ranks: rankMap(spread), mean: 0.5, deviation: Math.sqrt(1 / 12) };
  const deviation = rows === 0 ? 0 : Math.sqrt(m2 / rows);
  return { mean, deviation: deviation === 0 ? 1 : deviation };
}

/** Ranks at 0, 1/32, … 1. A value at several of them, as many rows have it, has their mean. */
function rankMap(spread: SpreadSketch): RankMap {
  const shares = Array.from({ length: 33 }, (_, at) => at / 32);
  const points = Map.groupBy(
    quantilesOf(spread, shares).map((value, at) => ({ value, rank: shares[at] ?? 0 })),
    byValue,
  );
  const values = [...points.keys()];
  const [only = 0] = values;
  // Of fewer than two values there is no order: all ranks are the middle.
  if (values.length < 2) return { values: [only, only + Math.max(1, Math.abs(only))], ranks: [0.5, 0.5] };
  return { values, ranks: [...points.values()].map(meanRank) };
}

function byValue({ value }: { readonly value: number }): number {
  return value;
}

function meanRank(points: readonly { readonly rank: number }[]): number {
  return points.reduce((sum, { rank }) => sum + rank, 0) / points.length;
}
