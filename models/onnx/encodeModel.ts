import type { Attribute, Graph, GraphNode, GraphTensor, Initializer, TensorType } from '../../core/graph.ts';
import { bytes, type Field, float, message, messageBytes, repeated, text, whole } from './message.ts';

/**
 * A graph as the bytes of an ONNX `ModelProto` (onnx.proto of ONNX 1.12). The same graph gives the same bytes: fields in the
 * order of their numbers, attributes by name, and neither time nor host nor version of the writer among them.
 *
 * IR 8 with `ai.onnx` 17 and `ai.onnx.ml` 3 is old enough for every runtime in use, and has all that the parts need but
 * for the length of texts: a graph with that is written for the first opset that has `RegexFullMatch`, 20 with IR 9.
 */
export function encodeModel(graph: Graph): Uint8Array {
  const { ir, opsets } = graph.nodes.some(({ op }) => op === 'RegexFullMatch') ? withTexts : usual;
  return messageBytes([
    whole(1, ir),
    text(2, 'whetstone'),
    message(7, graphFields(graph)),
    repeated(opsets, ([domain, version]) => message(8, [text(1, domain), whole(2, version)])),
  ]);
}

interface OpsetVersions {
  readonly ir: number;
  readonly opsets: readonly (readonly [domain: string, version: number])[];
}

/** The operators that nearly every graph is written for, by their set: `ai.onnx` has the empty name. */
export const usualOpsets: OpsetVersions['opsets'] = [
  ['', 17],
  ['ai.onnx.ml', 3],
];

const usual: OpsetVersions = { ir: 8, opsets: usualOpsets };

/** ONNX 1.15. */
const withTexts: OpsetVersions = {
  ir: 9,
  opsets: [
    ['', 20],
    ['ai.onnx.ml', 4],
  ],
};

function graphFields(graph: Graph): Field[] {
  return [
    repeated(graph.nodes, (node) => message(1, nodeFields(node))),
    text(2, graph.name),
    repeated(graph.initializers, (initializer) => message(5, initializerFields(initializer))),
    repeated(graph.inputs, (input) => message(11, valueInfoFields(input))),
    repeated(graph.outputs, (output) => message(12, valueInfoFields(output))),
  ];
}

/** A node bears the name of its first output, so that a viewer and a runtime's error can name it. */
function nodeFields(node: GraphNode): Field[] {
  const attributes = Object.entries(node.attributes ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    repeated(node.inputs, (name) => text(1, name)),
    repeated(node.outputs, (name) => text(2, name)),
    repeated(node.outputs.slice(0, 1), (name) => text(3, name)),
    text(4, node.op),
    repeated(attributes, ([name, attribute]) => message(5, [text(1, name), ...attributeFields(attribute)])),
    repeated(node.domain === undefined ? [] : [node.domain], (domain) => text(7, domain)),
  ];
}

/** The value's own field, then `type` (20), which says which one it is. */
function attributeFields(attribute: Attribute): Field[] {
  if ('float' in attribute) return [float(2, attribute.float), whole(20, 1)];
  if ('int' in attribute) return [whole(3, attribute.int), whole(20, 2)];
  if ('string' in attribute) return [text(4, attribute.string), whole(20, 3)];
  if ('floats' in attribute) return [repeated(attribute.floats, (value) => float(7, value)), whole(20, 6)];
  if ('ints' in attribute) return [repeated(attribute.ints, (value) => whole(8, value)), whole(20, 7)];
  return [repeated(attribute.strings, (value) => text(9, value)), whole(20, 8)];
}

function initializerFields(initializer: Initializer): Field[] {
  return [
    repeated(initializer.dims, (dim) => whole(1, dim)),
    whole(2, elementTypes[initializer.type]),
    text(8, initializer.name),
    bytes(9, littleEndian(initializer.values)),
  ];
}

/** `raw_data` is little-endian, as is the memory of every processor that onnxruntime-node is built for. */
function littleEndian(values: Float32Array | Float64Array | BigInt64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function valueInfoFields(tensor: GraphTensor): Field[] {
  const shape = repeated(tensor.dims, (dim) => message(1, [dim === 'rows' ? text(2, dim) : whole(1, dim)]));
  return [text(1, tensor.name), message(2, [message(1, [whole(1, elementTypes[tensor.type]), message(2, [shape])])])];
}

/** `TensorProto.DataType`. */
const elementTypes: Record<TensorType, number> = { float: 1, int64: 7, string: 8, bool: 9, double: 11 };
