import { WhetError } from '../../../core/errors.ts';
import type { Graph, GraphNode, GraphTensor, Initializer, TensorType } from '../../../core/graph.ts';
import { decodeModel } from '../../onnx/decodeModel.ts';
import { neededPart } from '../../onnx/neededPart.ts';
import type { ScorerColumns, ScorerInput } from '../scorer.ts';
import { operators } from './operators.ts';
import { type Held, literal, openProgram, type Program, variable } from './program.ts';

/** A model as one JavaScript function. */
export interface CompiledModel {
  readonly inputs: readonly ScorerInput[];
  /**
   * The score of the row at `row` of columns that are `rows` long: numbers (whole and safe for int64), texts, truths. NaN
   * where a column is missing or of another length, where a value is of another type, or where the model has no number.
   */
  readonly score: (columns: ScorerColumns['columns'], rows: number, row: number) => number;
}

/**
 * Writes the graph of an ONNX model as JavaScript that scores one row: each node becomes statements on plain variables,
 * tables become maps, layers become loops over their weights. Throws `scorer.not-compiled` where the graph uses what this
 * cannot say, or where the process forbids code made from text.
 */
export function compileModel(model: Uint8Array): CompiledModel {
  try {
    return compiled(decodeModel(model));
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof EvalError)) throw error;
    throw new WhetError(
      'scorer.not-compiled',
      { expected: 'a graph whose every node can be said in JavaScript', came: error.message },
      error,
    );
  }
}

function compiled(graph: Graph): CompiledModel {
  const program = openProgram();
  const held = new Map<string, Held>(graph.initializers.map((constant) => [constant.name, constantHeld(constant)]));
  for (const input of graph.inputs) held.set(input.name, columnHeld(program, input));
  const score = scoreIn(graph);
  for (const node of neededPart(graph, score).nodes) writeNode(program, node, held);
  const result = held.get(score)?.elements;
  if (result?.length !== 1 || result[0] === undefined)
    throw new RangeError(`${result?.length ?? 'no'} scores for a row`);
  const text = `return (columns, rows, row) => {\n${program.statements.join('\n')}\nreturn ${result[0]};\n};`;
  const make = new Function(...program.bound.keys(), text);
  return { inputs: graph.inputs.map(({ name, type }) => ({ name, type })), score: make(...program.bound.values()) };
}

/** A column's value in the row; what does not fit gives NaN, and whoever asked asks the reference, which says what is wrong. */
function columnHeld(program: Program, { name, type, dims }: GraphTensor): Held {
  if (dims.length !== 1 || dims[0] !== 'rows')
    throw new RangeError(`the input '${name}' of shape ${JSON.stringify(dims)}`);
  const column = variable(program, `columns[${JSON.stringify(name)}]`);
  program.statements.push(`if (${column} === undefined || ${column}.length !== rows) return NaN;`);
  const value = variable(program, `${column}[row]`);
  program.statements.push(`if (!(${fits[type](value)})) return NaN;`);
  return { type, dims: [1], elements: [value] };
}

const fits: Record<TensorType, (value: string) => string> = {
  float: (value) => `typeof ${value} === 'number'`,
  double: (value) => `typeof ${value} === 'number'`,
  int64: (value) => `Number.isSafeInteger(${value})`,
  string: (value) => `typeof ${value} === 'string'`,
  bool: (value) => `typeof ${value} === 'boolean'`,
};

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
