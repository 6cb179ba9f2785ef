import type { MatrixColumns } from '../core/matrix.ts';
import type { Plan } from '../core/plan.ts';
import { matrixColumns } from '../features/matrixColumns.ts';

/** A feature, and the places of the matrix's columns that are made of it. */
export interface FeatureColumns {
  readonly feature: string;
  readonly numeric: readonly number[];
  readonly categories: readonly number[];
}

/** Which of the matrix's columns each feature of the plan gave, in the plan's order. */
export function columnsOfFeatures(plan: Plan, columns: MatrixColumns): FeatureColumns[] {
  return plan.features.map((feature) => {
    const own = matrixColumns({ ...plan, features: [feature] });
    return {
      feature: feature.name,
      numeric: own.numeric.map((name) => columns.numeric.indexOf(name)),
      categories: own.categories.map((name) => columns.categories.indexOf(name)),
    };
  });
}
