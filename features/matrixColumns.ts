import type { MatrixColumns } from '../core/matrix.ts';
import type { Plan } from '../core/plan.ts';
import { featureKinds } from './featureKinds.ts';

/** The names of the matrix's columns, in the order of the plan's features. */
export function matrixColumns(plan: Plan): MatrixColumns {
  return {
    numeric: plan.features.flatMap((feature) => featureKinds[feature.kind].numericColumns(feature)),
    categories: plan.features.filter((feature) => feature.kind === 'category').map((feature) => feature.name),
  };
}
