import type { MatrixColumns } from '../core/matrix.ts';
import type { Plan } from '../core/plan.ts';
import type { NumericColumn } from './featureKind.ts';
import { featureKinds } from './featureKinds.ts';

/** The names of the matrix's columns, in the order of the plan's features. */
export function matrixColumns(plan: Plan): MatrixColumns {
  const categories = plan.features.filter(({ kind }) => kind === 'category' || kind === 'bucket');
  return { numeric: numericColumns(plan).map(({ name }) => name), categories: categories.map(({ name }) => name) };
}

/** The numeric ones, with what each needs to become an input of the network. */
export function numericColumns(plan: Plan): NumericColumn[] {
  return plan.features.flatMap((feature) => featureKinds[feature.kind].numericColumns(feature));
}
