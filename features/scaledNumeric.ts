import type { ColumnScaling, RankMap } from '../core/matrix.ts';

/**
 * A row-major matrix as the network takes it, column by column: in float32 from end to end, with the numbers and in the
 * order of the graph's own operations; the shares of a rank's steps in float64, as there.
 */
export function scaledNumeric(numeric: Float32Array, scaling: readonly ColumnScaling[]): Float32Array {
  const scaled = new Float32Array(numeric.length);
  for (const [offset, column] of scaling.entries()) {
    const [mean, deviation] = [Math.fround(column.mean), Math.fround(column.deviation)];
    const shaped = shapeOf(column);
    for (let at = offset; at < numeric.length; at += scaling.length) {
      scaled[at] = Math.fround(shaped(numeric[at] ?? 0) - mean) / deviation;
    }
  }
  return scaled;
}

function shapeOf({ fill, ranks }: ColumnScaling): (value: number) => number {
  const filled = fill === undefined ? undefined : Math.fround(fill);
  const ranked = ranks === undefined ? asItIs : (value: number): number => rankOf(ranks, value);
  return filled === undefined ? ranked : (value) => ranked(Number.isNaN(value) ? filled : value);
}

function asItIs(value: number): number {
  return value;
}

/** The first rank, and of each step as much as the value is past it, from none to all. */
function rankOf({ values, ranks }: RankMap, value: number): number {
  let climbed = 0;
  for (let at = 1; at < values.length; at += 1) {
    const [from = 0, to = 0] = [values[at - 1], values[at]];
    const past = Math.min(1, Math.max(0, (value - from) / (to - from)));
    climbed += Math.fround(past) * Math.fround((ranks[at] ?? 0) - (ranks[at - 1] ?? 0));
  }
  return Math.fround(Math.fround(ranks[0] ?? 0) + Math.fround(climbed));
}
