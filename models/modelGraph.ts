import type { FeaturePlan } from '../core/featurePlan.ts';
import type { Graph, GraphNode, GraphPart } from '../core/graph.ts';
import type { Encoders, HourTable } from '../core/matrix.ts';
import type { RawColumn } from '../core/modelPackage.ts';
import type { Plan } from '../core/plan.ts';
import { columnsOf } from '../features/featureColumns.ts';
import { featureKinds } from '../features/featureKinds.ts';
import { rawColumns } from '../features/rawColumns.ts';
import { tensorType } from '../features/tensorType.ts';
import { categoryTensor } from './networkGraph.ts';
import { renamed } from './onnx/renamed.ts';

/**
 * `model.onnx`: from raw columns to score. Its inputs are exactly the raw columns, shape [rows]; the features' parts turn
 * them into what the network takes, with the tables of one hour inside; the network is that of `network.onnx`, under
 * names that no column can have. Output `score` float [rows] (`score_` where a column has that name).
 */
export function modelGraph(plan: Plan, encoders: Encoders, table: HourTable, network: GraphPart): Graph {
  const columns = rawColumns(plan);
  const features = plan.features.map((feature) => featurePart(plan, feature, encoders, table));
  const inside = renamed(network, inNetwork);
  const output = outputName(columns);
  const parts = [...features, ...numericPart(plan, features), ...categoryParts(plan, features), inside];
  return {
    name: plan.pipeline,
    inputs: columns.map((column) => ({ name: column.name, type: tensorType(column), dims: ['rows'] })),
    outputs: [{ name: output, type: 'float', dims: ['rows'] }],
    nodes: [...parts.flatMap((part) => part.nodes), { op: 'Identity', inputs: [inside.output], outputs: [output] }],
    initializers: parts.flatMap((part) => part.initializers),
  };
}

function featurePart(plan: Plan, feature: FeaturePlan, encoders: Encoders, table: HourTable): GraphPart {
  return featureKinds[feature.kind].onnx(feature, { encoders, table, columnOf: columnsOf(plan, feature) });
}

/** Tensors of the network, apart from all columns and features. */
export function inNetwork(name: string): string {
  return `network:${name}`;
}

/** The numeric features side by side, in the order of the matrix's columns, which is that of the plan. */
function numericPart(plan: Plan, features: readonly GraphPart[]): GraphPart[] {
  const output = inNetwork('numeric');
  const inputs = features.filter((_, at) => !isCategory(plan.features[at])).map((part) => part.output);
  const node: GraphNode = { op: 'Concat', inputs, outputs: [output], attributes: { axis: { int: 1 } } };
  return inputs.length === 0 ? [] : [{ nodes: [node], initializers: [], output }];
}

function categoryParts(plan: Plan, features: readonly GraphPart[]): GraphPart[] {
  return plan.features.flatMap((feature, at) => {
    const output = inNetwork(categoryTensor(feature.name));
    const inputs = features.slice(at, at + 1).map((part) => part.output);
    return isCategory(feature)
      ? [{ nodes: [{ op: 'Identity', inputs, outputs: [output] }], initializers: [], output }]
      : [];
  });
}

function isCategory(feature: FeaturePlan | undefined): boolean {
  return feature?.kind === 'category' || feature?.kind === 'bucket';
}

function outputName(columns: readonly RawColumn[], name = 'score'): string {
  return columns.some((column) => column.name === name) ? outputName(columns, `${name}_`) : name;
}
