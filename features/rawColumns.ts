import type { RawColumn } from '../core/modelPackage.ts';
import type { Plan } from '../core/plan.ts';
import { featureColumn } from './featureColumn.ts';

/** Exactly the columns that the features read, sorted by name: the inputs of `model.onnx` and of a request. */
export function rawColumns(plan: Plan): RawColumn[] {
  const columns = new Map(plan.features.map((feature) => [feature.column, featureColumn(plan, feature)]));
  const sorted = [...columns.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return sorted.map(({ name, type, nullable }) => ({ name, type, nullable }));
}
