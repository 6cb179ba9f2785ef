import type { Encoders, MatrixPart, NumericSketch } from '../core/matrix.ts';
import type { Plan } from '../core/plan.ts';
import { matrixColumns } from './matrixColumns.ts';
import { emptySketch, mergedSketch } from './numericSketch.ts';

/** Scaling and vocabularies of the train window, from its parts' sketches alone; the parts come in the order of their hours. */
export function fitEncoders(plan: Plan, trainParts: readonly MatrixPart[]): Encoders {
  const columns = matrixColumns(plan);
  return {
    columns,
    scaling: columns.numeric.map((_, at) => scalingOf(trainParts.map((part) => part.numeric[at] ?? emptySketch))),
    vocabularies: columns.categories.map((_, at) => vocabularyOf(trainParts, at)),
  };
}

function scalingOf(sketches: readonly NumericSketch[]): Encoders['scaling'][number] {
  const { rows, mean, m2 } = sketches.reduce(mergedSketch, emptySketch);
  const deviation = rows === 0 ? 0 : Math.sqrt(m2 / rows);
  return { mean, deviation: deviation === 0 ? 1 : deviation };
}

function vocabularyOf(parts: readonly MatrixPart[], at: number): string[] {
  return [...new Set(parts.flatMap((part) => part.categories[at]?.map(([value]) => value) ?? []))].sort();
}
