import type { Graph, GraphPart, GraphTensor } from '../core/graph.ts';
import type { Encoders } from '../core/matrix.ts';
import type { Plan } from '../core/plan.ts';
import type { Candidate } from '../core/trial.ts';
import type { Learner } from './learners/learner.ts';
import { knownLearner } from './learners/learners.ts';
import type { Weights } from './learners/weights.ts';
import { scalingPart } from './scalingPart.ts';

/**
 * `network.onnx`: from features to score, for rows of a feature matrix. Inputs `numeric` float [rows, width], unscaled,
 * NaN where a value is missing (left out where there is no numeric column), and `category:<name>` int64 [rows] each;
 * output `score` float [rows].
 */
export function networkGraph(plan: Plan, encoders: Encoders, network: GraphPart): Graph {
  return {
    name: `${plan.pipeline}/network`,
    inputs: networkInputs(encoders),
    outputs: [{ name: network.output, type: 'float', dims: ['rows'] }],
    nodes: network.nodes,
    initializers: network.initializers,
  };
}

/** The name of the tensor that holds a category's indices. */
export function categoryTensor(name: string): string {
  return `category:${name}`;
}

function networkInputs({ columns }: Encoders): GraphTensor[] {
  const width = columns.numeric.length;
  const categories = columns.categories.map(
    (name): GraphTensor => ({ name: categoryTensor(name), type: 'int64', dims: ['rows'] }),
  );
  return [...(width === 0 ? [] : [{ name: 'numeric', type: 'float', dims: ['rows', width] } as const]), ...categories];
}

/**
 * What both graphs share of a trial: scaling, the learner's layers, and the logit's sigmoid as one score per row.
 * `learner` is the engine's unless another is given.
 */
export function networkPart(
  encoders: Encoders,
  candidate: Candidate,
  weights: Weights,
  learner: Learner = knownLearner(candidate),
): GraphPart {
  const layers = learner.onnx(weights, candidate.parameters, { encoders });
  const scaling = encoders.scaling.length === 0 ? nothing : scalingPart(encoders.scaling);
  return {
    nodes: [
      ...scaling.nodes,
      ...layers.nodes,
      { op: 'Sigmoid', inputs: [layers.output], outputs: ['probability'] },
      { op: 'Squeeze', inputs: ['probability', 'score/axes'], outputs: ['score'] },
    ],
    initializers: [
      ...scaling.initializers,
      ...layers.initializers,
      { name: 'score/axes', type: 'int64', dims: [1], values: BigInt64Array.of(1n) },
    ],
    output: 'score',
  };
}

/** Without a numeric column there is nothing to scale, and a learner reads no `scaled`. */
const nothing: Omit<GraphPart, 'output'> = { nodes: [], initializers: [] };
