import protobuf from 'protobufjs/minimal.js';
import type { Attribute, Graph, GraphNode, GraphTensor, Initializer, TensorType } from '../../core/graph.ts';

/**
 * The graph in the bytes of an ONNX `ModelProto`, whoever wrote them (onnx.proto of ONNX 1.12). What a `Graph` cannot say
 * (other element types, subgraphs, sparse tensors, dimensions that are named otherwise) is refused by a `RangeError`.
 */
export function decodeModel(model: Uint8Array): Graph {
  for (const { field, reader } of fieldsOf(protobuf.Reader.create(model))) {
    if (field === 7) return graphOf(inside(reader));
  }
  throw new RangeError('a model without a graph');
}

/** The version of each set of operators that a model is written for; `ai.onnx` has the empty name. */
export function opsetsOf(model: Uint8Array): ReadonlyMap<string, number> {
  const versions = new Map<string, number>();
  for (const { field, reader } of fieldsOf(protobuf.Reader.create(model))) {
    if (field !== 8) continue;
    let [domain, version] = ['', 0];
    for (const { field: inner, reader: at } of fieldsOf(inside(reader))) {
      if (inner === 1) domain = at.string();
      if (inner === 2) version = wholeOf(at);
    }
    versions.set(domain === 'ai.onnx' ? '' : domain, version);
  }
  return versions;
}

function graphOf(reader: protobuf.Reader): Graph {
  const graph = {
    name: '',
    inputs: [] as GraphTensor[],
    outputs: [] as GraphTensor[],
    nodes: [] as GraphNode[],
    initializers: [] as Initializer[],
  };
  for (const { field, reader: at } of fieldsOf(reader)) {
    if (field === 1) graph.nodes.push(nodeOf(inside(at)));
    if (field === 2) graph.name = at.string();
    if (field === 5) graph.initializers.push(initializerOf(inside(at)));
    if (field === 11) graph.inputs.push(tensorOf(inside(at)));
    if (field === 12) graph.outputs.push(tensorOf(inside(at)));
  }
  // Old writers list their constants among the inputs too.
  const constants = new Set(graph.initializers.map(({ name }) => name));
  return { ...graph, inputs: graph.inputs.filter(({ name }) => !constants.has(name)) };
}

function nodeOf(reader: protobuf.Reader): GraphNode {
  const [inputs, outputs] = [[] as string[], [] as string[]];
  const attributes: Record<string, Attribute> = {};
  let [op, domain] = ['', ''];
  for (const { field, reader: at } of fieldsOf(reader)) {
    if (field === 1) inputs.push(at.string());
    if (field === 2) outputs.push(at.string());
    if (field === 4) op = at.string();
    if (field === 5) Object.assign(attributes, attributeOf(inside(at)));
    if (field === 7) domain = at.string();
  }
  if (domain !== '' && domain !== 'ai.onnx' && domain !== 'ai.onnx.ml')
    throw new RangeError(`the operators of ${domain}`);
  return { op, inputs, outputs, attributes, ...(domain === 'ai.onnx.ml' ? { domain } : {}) };
}

function attributeOf(reader: protobuf.Reader): Record<string, Attribute> {
  let [name, type] = ['', 0];
  const held = { float: 0, int: 0, string: '', floats: [] as number[], ints: [] as number[], strings: [] as string[] };
  for (const { field, wire, reader: at } of fieldsOf(reader)) {
    if (field === 1) name = at.string();
    if (field === 2) held.float = at.float();
    if (field === 3) held.int = wholeOf(at);
    if (field === 4) held.string = at.string();
    if (field === 7) repeated(at, wire, () => held.floats.push(at.float()));
    if (field === 8) repeated(at, wire, () => held.ints.push(wholeOf(at)));
    if (field === 9) held.strings.push(at.string());
    if (field === 20) type = at.int32();
  }
  const kind = attributeKinds[type];
  if (kind === undefined) throw new RangeError(`attributes of type ${type} ('${name}')`);
  return { [name]: { [kind]: held[kind] } as Attribute };
}

/** `AttributeProto.AttributeType`. */
const attributeKinds: Readonly<Record<number, 'float' | 'int' | 'string' | 'floats' | 'ints' | 'strings'>> = {
  1: 'float',
  2: 'int',
  3: 'string',
  6: 'floats',
  7: 'ints',
  8: 'strings',
};

function initializerOf(reader: protobuf.Reader): Initializer {
  const dims: number[] = [];
  const numbers: number[] = [];
  const wholes: bigint[] = [];
  let [name, type, raw] = ['', 0, undefined as Uint8Array | undefined];
  for (const { field, wire, reader: at } of fieldsOf(reader)) {
    if (field === 1) repeated(at, wire, () => dims.push(wholeOf(at)));
    if (field === 2) type = at.int32();
    if (field === 4) repeated(at, wire, () => numbers.push(at.float()));
    if (field === 7) repeated(at, wire, () => wholes.push(BigInt(String(at.int64()))));
    if (field === 8) name = at.string();
    if (field === 9) raw = at.bytes();
    if (field === 10) repeated(at, wire, () => numbers.push(at.double()));
  }
  // A copy: the constant may lie anywhere in the model, and numbers need their alignment.
  const bytes = raw === undefined ? undefined : new Uint8Array(raw).buffer;
  const kind = elementTypes[type];
  if (kind === 'float')
    return { name, dims, type: kind, values: bytes ? new Float32Array(bytes) : Float32Array.from(numbers) };
  if (kind === 'double')
    return { name, dims, type: kind, values: bytes ? new Float64Array(bytes) : Float64Array.from(numbers) };
  if (kind === 'int64')
    return { name, dims, type: kind, values: bytes ? new BigInt64Array(bytes) : BigInt64Array.from(wholes) };
  throw new RangeError(`constants of element type ${type} ('${name}')`);
}

function tensorOf(reader: protobuf.Reader): GraphTensor {
  let name = '';
  let type: protobuf.Reader | undefined;
  for (const { field, reader: at } of fieldsOf(reader)) {
    if (field === 1) name = at.string();
    if (field === 2) type = inside(at);
  }
  const tensor = type === undefined ? undefined : nested(type, 1);
  if (tensor === undefined) throw new RangeError(`the value '${name}', which is no tensor`);
  let element = 0;
  const dims: ('rows' | number)[] = [];
  for (const { field, reader: at } of fieldsOf(tensor)) {
    if (field === 1) element = at.int32();
    if (field === 2)
      for (const shape of fieldsOf(inside(at))) if (shape.field === 1) dims.push(dimOf(inside(shape.reader)));
  }
  const kind = elementTypes[element];
  if (kind === undefined) throw new RangeError(`the value '${name}' of element type ${element}`);
  return { name, type: kind, dims };
}

/** A dimension without a number is that of the rows, whatever its name. */
function dimOf(reader: protobuf.Reader): 'rows' | number {
  let dim: 'rows' | number = 'rows';
  for (const { field, reader: at } of fieldsOf(reader)) if (field === 1) dim = wholeOf(at);
  return dim;
}

/** `TensorProto.DataType`. */
const elementTypes: Readonly<Record<number, TensorType>> = {
  1: 'float',
  7: 'int64',
  8: 'string',
  9: 'bool',
  11: 'double',
};

interface FieldAt {
  readonly field: number;
  readonly wire: number;
  readonly reader: protobuf.Reader;
}

/** Each field of a message; one whose value the loop's body did not read is skipped. */
function* fieldsOf(reader: protobuf.Reader): Generator<FieldAt> {
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const [field, wire, start] = [tag >>> 3, tag & 7, reader.pos];
    yield { field, wire, reader };
    if (reader.pos === start) reader.skipType(wire);
  }
}

/** A message inside the field that is at hand. */
function inside(reader: protobuf.Reader): protobuf.Reader {
  return protobuf.Reader.create(reader.bytes());
}

function nested(reader: protobuf.Reader, wanted: number): protobuf.Reader | undefined {
  for (const { field, reader: at } of fieldsOf(reader)) if (field === wanted) return inside(at);
  return undefined;
}

/** Repeated numbers come one by one or packed. */
function repeated(reader: protobuf.Reader, wire: number, read: () => void): void {
  const end = wire === 2 ? reader.uint32() + reader.pos : reader.pos;
  do read();
  while (reader.pos < end);
}

/** Without its `Long` library protobufjs reads int64 as a number, with it as a `Long`. */
function wholeOf(reader: protobuf.Reader): number {
  return Number(String(reader.int64()));
}
