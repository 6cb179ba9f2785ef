import type { Graph, GraphNode, GraphTensor, Initializer } from '../../../core/graph.ts';
import { decodeModel } from '../../onnx/decodeModel.ts';
import { neededPart } from '../../onnx/neededPart.ts';
import type { ScorerInput } from '../scorer.ts';
import { operators } from './operators.ts';
import { type Held, literal, openProgram, type Program } from './program.ts';

/** A model said in JavaScript: statements that score one row, whose values stand in a variable for each input. */
export interface WrittenModel {
  readonly program: Program;
  readonly inputs: readonly WrittenInput[];
  /** The expression that holds the score once the statements have run. */
  readonly score: string;
}

export interface WrittenInput extends ScorerInput {
  readonly variable: string;
}

/**
 * Writes the graph of an ONNX model as JavaScript: each node becomes statements on plain variables, tables become maps,
 * layers become loops over their weights. Throws a RangeError that names what cannot be said.
 */
export function writeModel(model: Uint8Array): WrittenModel {
  const graph = decodeModel(model);
  const program = openProgram();
  const held = new Map<string, Held>(graph.initializers.map((constant) => [constant.name, constantHeld(constant)]));
  const inputs = graph.inputs.map((input) => inputOf(program, input));
  for (const { name, type, variable } of inputs) held.set(name, { type, dims: [1], elements: [variable] });
  const score = scoreIn(graph);
  for (const node of neededPart(graph, score).nodes) writeNode(program, node, held);
  const result = held.get(score)?.elements;
  if (result?.length !== 1 || result[0] === undefined)
    throw new RangeError(`${result?.length ?? 'no'} scores for a row`);
  return { program, inputs, score: result[0] };
}

function inputOf(program: Program, { name, type, dims }: GraphTensor): WrittenInput {
  if (dims.length === 1 && dims[0] === 'rows') return { name, type, variable: program.fresh() };
  throw new RangeError(`the input '${name}' of shape ${JSON.stringify(dims)}`);
}

/** The first output is the score, whatever its name. */
function scoreIn(graph: Graph): string {
  const name = graph.outputs[0]?.name;
  if (name === undefined) throw new RangeError('a graph without an output');
  return name;
}

function writeNode(program: Program, node: GraphNode, held: Map<string, Held>): void {
  const write = Object.hasOwn(operators, node.op) ? operators[node.op] : undefined;
  const [output, ...more] = node.outputs;
  if (write === undefined || output === undefined || more.length > 0) throw new RangeError(`the operator ${node.op}`);
  const inputs = node.inputs.map((name) => {
    const found = held.get(name);
    if (found === undefined && name !== '') throw new RangeError(`the tensor '${name}', which no node gives`);
    return found;
  });
  held.set(output, write(program, node, inputs));
}

/** Literals are written for those constants alone that are read one by one: a table of embeddings is not. */
function constantHeld({ type, dims, values }: Initializer): Held {
  let literals: string[] | undefined;
  return {
    type,
    dims,
    constants: values,
    get elements() {
      literals ??= Array.from<number | bigint, string>(values, literal);
      return literals;
    },
  };
}
