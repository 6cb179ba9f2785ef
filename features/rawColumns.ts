import type { RawColumn } from '../core/modelPackage.ts';
import type { Plan } from '../core/plan.ts';
import { featureColumns } from './featureColumns.ts';

/** Exactly the columns that the features read, sorted by name: the inputs of `model.onnx` and of a request. */
export function rawColumns(plan: Plan): RawColumn[] {
  const read = plan.features.flatMap((feature) => featureColumns(plan, feature));
  const columns = new Map(read.map((column) => [column.name, column]));
  return [...columns.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
