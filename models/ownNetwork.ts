import { WhetError } from '../core/errors.ts';
import type { Graph, GraphNode, GraphPart, GraphTensor, Initializer } from '../core/graph.ts';
import type { Encoders } from '../core/matrix.ts';
import { matrixInputs } from '../core/matrixInputs.ts';
import { categoryTensor } from './networkGraph.ts';
import { decodeModel, opsetsOf } from './onnx/decodeModel.ts';
import { usualOpsets } from './onnx/encodeModel.ts';
import { neededPart } from './onnx/neededPart.ts';
import { renamed } from './onnx/renamed.ts';

/** The newest operators that a package may hold. */
const newest: ReadonlyMap<string, number> = new Map(usualOpsets);

/**
 * An ONNX model that was trained on a matrix file (`whet matrix`) as the network of a package. It takes the matrix's inputs
 * in the file's order, as one float or double tensor [rows, inputs] or each by its name as [rows, 1], and gives the score,
 * float or double: [rows], [rows, 1], or [rows, 2] with the positives second. Throws `model.not-usable`.
 */
export function ownNetwork(encoders: Encoders, model: Uint8Array): GraphPart {
  const graph = decoded(model);
  const names = matrixInputs(encoders);
  const given = graph.inputs.flatMap((input, _, all) => inputPart(input, all.length, names));
  const score = scoreOf(graph);
  const inside = renamed(neededPart(graph, score.name), own);
  const asked = scorePart(score);
  return {
    nodes: [...matrixNodes(encoders), ...given.flatMap(({ nodes }) => nodes), ...inside.nodes, ...asked.nodes],
    initializers: [
      { name: 'own/axis', type: 'int64', dims: [1], values: BigInt64Array.of(1n) },
      ...given.flatMap(({ initializers }) => initializers),
      ...inside.initializers,
      ...asked.initializers,
    ],
    output: asked.output,
  };
}

/** The name of the tensor that a package's own parts and the model's inputs meet in. */
function own(name: string): string {
  return `own:${name}`;
}

function requireOpsets(model: Uint8Array): void {
  for (const [domain, version] of opsetsOf(model)) {
    const most = newest.get(domain);
    if (most === undefined) continue; // Its nodes are refused where one is used.
    if (version > most)
      throw notUsable(`operators of ${domain || 'ai.onnx'} ${most} or older`, `${version}`, exporting);
  }
}

const exporting =
  "Export it with target_opset={'': 17, 'ai.onnx.ml': 3} and, of a classifier, options={'zipmap': False}.";

function decoded(model: Uint8Array): Graph {
  try {
    requireOpsets(model);
    return decodeModel(model);
  } catch (error) {
    if (error instanceof WhetError) throw error;
    throw notUsable('an ONNX model of tensors', error instanceof Error ? error.message : String(error), exporting);
  }
}

/** All inputs side by side as `own/matrix`, float [rows, inputs]. */
function matrixNodes({ columns }: Encoders): GraphNode[] {
  const categories = columns.categories.flatMap((name): GraphNode[] => {
    const at = `own/category/${name}`;
    return [
      { op: 'Cast', inputs: [categoryTensor(name)], outputs: [`${at}/float`], attributes: { to: { int: float } } },
      { op: 'Unsqueeze', inputs: [`${at}/float`, 'own/axis'], outputs: [at] },
    ];
  });
  const parts = [
    ...(columns.numeric.length > 0 ? ['numeric'] : []),
    ...columns.categories.map((name) => `own/category/${name}`),
  ];
  return [...categories, { op: 'Concat', inputs: parts, outputs: ['own/matrix'], attributes: { axis: { int: 1 } } }];
}

/** `TensorProto.DataType`. */
const [float, int64, double] = [1, 7, 11];
const casts: Readonly<Partial<Record<GraphTensor['type'], number>>> = { float, int64, double };

type Part = Pick<GraphPart, 'nodes' | 'initializers'>;

/** What one input of the model is made of: the whole matrix, or the column that it is named for. */
function inputPart({ name, type, dims }: GraphTensor, count: number, names: readonly string[]): Part[] {
  const to = casts[type];
  const width = dims[1];
  if (to === undefined || dims.length !== 2) throw wrongInput(`'${name}', ${type} ${shapeText(dims)}`, names);
  const cast = (from: string): GraphNode => ({
    op: 'Cast',
    inputs: [from],
    outputs: [own(name)],
    attributes: { to: { int: to } },
  });
  const column = names.indexOf(name);
  if (count === 1 && column === -1) {
    if (type === 'int64' || (width !== 'rows' && width !== names.length)) {
      throw wrongInput(`'${name}', ${type} ${shapeText(dims)}`, names);
    }
    return [{ nodes: [cast('own/matrix')], initializers: [] }];
  }
  if (column === -1 || (width !== 1 && width !== 'rows'))
    throw wrongInput(`'${name}', ${type} ${shapeText(dims)}`, names);
  const at = `own/column/${name}`;
  const index: Initializer = {
    name: `${at}/index`,
    type: 'int64',
    dims: [1],
    values: BigInt64Array.of(BigInt(column)),
  };
  const gather: GraphNode = {
    op: 'Gather',
    inputs: ['own/matrix', index.name],
    outputs: [at],
    attributes: { axis: { int: 1 } },
  };
  return [{ nodes: [gather, cast(at)], initializers: [index] }];
}

function wrongInput(came: string, names: readonly string[]): WhetError {
  const expected = `one input, float [rows, ${names.length}], or inputs [rows, 1] of these names: ${names.join(', ')}`;
  return notUsable(expected, `the input ${came}`, 'Train it on the columns of whet matrix, in the order of the file.');
}

/** Probabilities go before other numbers; the labels that a classifier gives beside them are whole. */
export function scoreOf({ outputs }: Pick<Graph, 'outputs'>): GraphTensor {
  const numbers = outputs.filter(({ type }) => type === 'float' || type === 'double');
  const found = numbers.find(({ name }) => /prob/i.test(name)) ?? (numbers.length === 1 ? numbers[0] : undefined);
  if (found !== undefined) return found;
  const came = outputs.map(({ name, type, dims }) => `'${name}', ${type} ${shapeText(dims)}`).join('; ');
  throw notUsable('one output of float or double, or one that is named for probabilities', came || 'none', exporting);
}

/** From the model's output to float [rows], as a package's network ends. */
function scorePart({ name, dims }: GraphTensor): GraphPart {
  const width = dims[1];
  const cast = (from: string): GraphNode => ({
    op: 'Cast',
    inputs: [from],
    outputs: ['score'],
    attributes: { to: { int: float } },
  });
  if (dims.length === 1) return { nodes: [cast(own(name))], initializers: [], output: 'score' };
  if (dims.length !== 2 || (width !== 1 && width !== 2)) {
    const came = `'${name}' of shape ${shapeText(dims)}`;
    throw notUsable('an output of shape [rows], [rows, 1] or [rows, 2]', came, exporting);
  }
  const last: Initializer = { name: 'own/last', type: 'int64', dims: [], values: BigInt64Array.of(BigInt(width - 1)) };
  const gather: GraphNode = {
    op: 'Gather',
    inputs: [own(name), last.name],
    outputs: ['own/score'],
    attributes: { axis: { int: 1 } },
  };
  return { nodes: [gather, cast('own/score')], initializers: [last], output: 'score' };
}

function shapeText(dims: GraphTensor['dims']): string {
  return `[${dims.join(', ')}]`;
}

function notUsable(expected: string, came: string, todo: string): WhetError {
  return new WhetError('model.not-usable', { expected, came, todo });
}
