import type { Encoders } from './matrix.ts';

/** The inputs of a model that is trained on a matrix file, in the file's order: numbers, then categories. */
export function matrixInputs({ columns }: Pick<Encoders, 'columns'>): string[] {
  return [...columns.numeric, ...columns.categories];
}
